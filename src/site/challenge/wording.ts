/**
 * Patterns for the texts of pages, in Chinese (both scripts) and English, and the usual words of Japanese, Korean, German,
 * French, Spanish and Russian. A text alone is no proof: the rules also
 * require a short page or a dialog, and usually the control that belongs to the text.
 */

/** Joins several readable patterns into one case-insensitive pattern. */
const anyOf = (...patterns: readonly RegExp[]) => new RegExp(patterns.map((pattern) => pattern.source).join('|'), 'im');

/** Explicitly asks the visitor to show that they are a person. */
export const personCheck = anyOf(
  /(?:拖动|拖動|按住|滑动|滑動|拖拽)[^。]{0,8}(?:滑块|滑塊|拼图|拼圖|滑条)[^。]{0,14}(?:验证|驗證|拼图|拼圖|右|解锁|缺口|正|找到|完成)/,
  /(?:向右|向左)(?:拖动|拖動|滑动|滑動|滑)[^。]{0,10}(?:验证|驗證|拼图|拼圖|解锁|登录|完成)/,
  /(?:拖动|滑动)滑块(?:完成|到|至|使|填充)|(?:按住|拖动|滑动|拖拽)[^。]{0,16}(?:完成|填充|还原)[^。]{0,8}(?:拼图|验证)/,
  /绘制[^。]{0,8}(?:轨迹|曲线|图案|手势|线)|轨迹绘制/,
  /(?:依次|按顺序|按语序)(?:点击|點擊|点选)|(?:点击|选择|选出|点选)(?:图中|下图|图片中|包含|所有[^。]{0,12}(?:图|格))[^。]{0,20}/,
  /旋转[^。]{0,16}(?:正|角度)|(?:图片|圖片)[^。]{0,6}(?:转正|轉正|旋转)/,
  /将[^。]{0,20}(?:图片|碎片|图案)[^。]{0,6}(?:拖放|拖动|拖到|拖至|交换)/,
  /(?:完成|通过|通過|进行|進行)[^。，,]{0,6}(?:人机|人機|真人|滑动|滑块|图形|拼图|滑塊|圖形)(?:验证|驗證|校验|识别)/,
  /我不是(?:机器人|機器人)|(?:确认|確認|证明|證明|验证|驗證)[^。]{0,6}(?:不是|并非)(?:自动程序|自動程式|机器人|機器人)/,
  /(?:验证|驗證|确认|確認|证明|證明)(?:您|你)?是?(?:一?[个個位名])?(?:真人|人类|人類)/,
  /点击(?:按钮)?(?:开始|进行|完成)智能验证/,
  /被挤爆啦|被擠爆啦|(?:休息会|休息會)[呗唄]/,
  /verify(?:ing)? (?:that )?(?:you[’']?re|you are) (?:not a (?:ro)?bot|(?:a )?(?:real )?(?:human|person))/,
  /(?:confirm|prove|make sure|ensure|be sure) (?:that )?(?:you[’']?re|you are|it[’']?s) (?:not a (?:ro)?bot|(?:a )?(?:real )?(?:human|person))/,
  /(?:let us know|so we know|check(?:ing)? (?:if|that|whether)) (?:that )?(?:you[’']?re|you are) (?:not a (?:ro)?bot|(?:a )?(?:real )?(?:human|person))/,
  /are you (?:a )?(?:human|robot|real person)|^\W*i[’']?(?:m| am) (?:not a robot|(?:a )?human)/,
  /(?:complete|solve|pass|finish|perform)(?: the| this| a| an)? (?:\w+ )?(?:security check|captcha|puzzle|human (?:check|verification))/,
  /slide (?:the \w+ )?(?:right )?to (?:verify|unlock|complete|continue|the right)|swipe (?:right )?to verify/,
  /drag the (?:slider|puzzle|piece|handle|images?)|press (?:&|and) hold|rotate the (?:image|object|picture|animal)/,
  /(?:select|click|tap|pick) (?:on )?(?:all|each|every) (?:the )?(?:image|picture|square|tile|object|item|animal)s?/,
  /(?:select|click|tap|pick) (?:the )?(?:\w+ )+in (?:the )?(?:following |correct |shown )?order|match the (?:image|object|icon)/,
  /(?:type|enter) (?:the )?(?:characters?|letters?|text) (?:that )?(?:you (?:can )?see|shown|displayed|in the (?:image|picture)|below)/,
  /(?:ロボット|ボット)(?:ではありません|ではない|でないこと)|人間であることを|スライダーを[^。]{0,12}(?:右|動か|ドラッグ)|パズルを(?:完成|完了)/,
  /로봇이 아닙니다|사람(?:임을|인지) 확인|슬라이더를[^.]{0,12}(?:오른쪽|드래그|밀어)|퍼즐을 (?:완성|맞추)/,
  /ich bin kein(?:e)? (?:roboter|bot|maschine)|(?:dass|ob) (?:sie|du) (?:ein mensch|kein(?:e)? (?:roboter|bot))|schieberegler[^.]{0,30}(?:rechts|ziehen|schieben)|puzzle (?:lösen|vervollständigen)/,
  /je ne suis pas un robot|que vous (?:êtes|etes) (?:bien )?(?:un )?(?:humain|être humain)|n[’'e ]+êtes pas un robot|(?:glisse[rz]|faites glisser) le curseur|(?:compléte[rz]|termine[rz]) le puzzle/,
  /no soy un robot|que (?:eres|es usted|usted es) (?:un )?(?:humano|ser humano|una persona)|no (?:eres|es) un robot|(?:desliza|deslice|arrastra|arrastre) (?:el|la) (?:control|deslizador|pieza)|completa(?:r)? el rompecabezas/,
  /я не робот|вы не робот|(?:что|кто) вы (?:не робот|человек)|отправляли вы, а не робот|(?:передвиньте|сдвиньте|перетащите) (?:ползунок|слайдер)|соберите (?:пазл|картинку)/,
);

/** Mentions a check without naming its kind. Pages that send a code use the same texts, so the control decides. */
export const personHint = anyOf(
  /人机(?:验证|校验|识别|身份验证|检测)|人機(?:驗證|身份驗證)|真人(?:验证|驗證)|访问验证|訪問驗證|滑动验证|图形验证|验证码拦截|驗證碼攔截/,
  /(?:请|請)[^。]{0,20}(?:完成|进行|進行|通过|通過)[^。]{0,8}(?:验证|驗證|校验)/,
  /(?:通过|通過|完成|进行)(?:安全|下方|以下|如下)*(?:验证|驗證)(?:以|来|后|後|，|,)?[^。]{0,4}(?:确保|確保|继续|繼續|访问|訪問)/,
  /(?:检测到|檢測到|发现|存在)[^。]{0,12}(?:异常|異常|可疑|不寻常|风险)(?:的)?(?:流量|访问|訪問|请求|操作|行为|活动|环境)?/,
  /为了更好的访问体验|为保证您的正常访问|安全(?:验证|检查|检测)|点击(?:按钮)?(?:开始|进行|完成)(?:安全)?(?:验证|校验)|点击[^。]{0,4}验证/,
  /human verification|real person|not a robot|captcha|security (?:check|verification|challenge)|verification (?:required|needed)|just a moment/,
  /unusual (?:traffic|activity)|automated (?:requests|queries|access|traffic)|checking your browser|pardon our interruption|bot (?:protection|detection|check)/,
  /(?:complete|solve|pass|finish|perform)(?: the| this| a| an)? (?:\w+ )?(?:verification|challenge|check)|^verification$|verify (?:to|before) (?:continu|proceed)/,
  /セキュリティ(?:確認|チェック)|보안 (?:확인|검사)|sicherheits(?:überprüfung|prüfung)|v[ée]rification de s[ée]curit[ée]|comprobaci[óo]n de seguridad|проверка безопасности|подтвердите, что/,
);

/** Matches the whole caption of a slider. */
export const sliderCaption = anyOf(
  /^(?:[>»→\s]*)(?:请|請|亲，请)?(?:按住|拖动|拖動|滑动|滑動|拖拽|向右)[^。]{0,14}(?:最右[边側侧邊]|完成(?:验证|拼图|驗證|拼圖)|填充拼图|验证|驗證|拼图|拼圖|解锁|缺口)[^。]{0,8}$/,
  /^(?:please )?(?:slide|drag|swipe|hold and drag)[^.]{0,30}(?:verify|unlock|right|puzzle|complete)[^.]{0,20}$/,
  /^(?:スライド|スライダーを|밀어서|슬라이더를|schieben sie|nach rechts|glissez|faites glisser|desliza|deslice|передвиньте|сдвиньте)[^。.]{0,40}$/,
);

export const pictureCode = anyOf(
  /图[形片像]?(?:中|内|上)?的?(?:验证码|校验码|字符|数字|文字|计算结果|字母)/,
  /(?:输入|填写)(?:图|图中|下图|右图|左图|图片)[^。]{0,8}(?:字符|内容|数字|字母|文字|结果)|圖[形片]?(?:中)?(?:的)?(?:驗證碼|字元)|captcha/,
  /(?:characters?|letters?|code|text)[^.]{0,24}(?:image|picture|see|shown|above|below)|看不清|换一[张个]/,
  /画像(?:認証|の文字)|이미지의 (?:문자|글자)|zeichen (?:im|aus dem) bild|caract[èe]res de l[’']image|caracteres de la imagen|(?:символы|код) с картинки/,
);

/** Matches the whole text of a sign-in button or heading. */
export const signInVerb = anyOf(
  /^(?:立即|马上|去|请|安全|账号|帐号|密码|手机(?:号)?|短信|扫码|微信|欢迎|重新|一键|立刻|前往|本机号码|验证码)*(?:登\s*[录錄入]|登\s*陆)(?:\s*[/|·]\s*注册|并(?:注册|继续|同意.*)|注册|控制台|账号|帐号|账户|页面?|后继续)?$/,
  /^(?:please )?(?:re-?)?(?:sign|log)[ -]?(?:in|on)(?: again| now| to .{1,40}| with .{1,30}| or .{1,20})?$/,
  /^login(?: now| to .{1,40}| again)?$|^使用.{1,12}登录$|^welcome back[!.]?$|^sign in to/,
  /^(?:ログイン|サインイン|로그인(?:하기)?|(?:jetzt )?(?:anmelden|einloggen)|se connecter|connexion|s[’']identifier|iniciar sesi[óo]n|acceder|entrar|войти|вход)(?: .{1,30})?$/,
);

export const signInNeeded = anyOf(
  /(?:登[录錄]|会话|會話|身份|凭证|登陆)(?:状态|狀態|信息|凭证|态|认证)?(?:已经|已|可能已)?(?:过期|過期|失效|超时|超時|失去|丢失)/,
  /(?:请|請|需要?|须|尚未|您还?未|还没有?|未|您还没)(?:先|重新|再次|您|要)?(?:登[录錄入]|登陆)(?!成功|失败)|登[录錄]后(?:才能|可|即可|查看|继续|再)/,
  /已(?:退出登[录錄]|下线|被登出|在(?:其他|别处)[^。]{0,8}登[录錄])|重新登[录錄]/,
  /session (?:has |is |was )?(?:expired|timed out|ended|no longer valid|invalid)/,
  /(?<!(?:will|to|may) be (?:automatically )?)(?:signed|logged) (?:you )?out|(?:please |must |need to |have to )(?:re-?)?(?:sign|log) ?in/,
  /(?:sign|log) ?in (?:again )?to (?:continue|view|access|see|use|your)|not (?:signed|logged) in/,
  /login (?:is )?required|authentication required/,
  /(?:ログイン|サインイン)(?:して(?:ください|下さい)|が必要)|セッションの?(?:有効期限|期限)が切れ|로그인(?:이 필요|해 주세요|하세요)|세션이 (?:만료|종료)/,
  /(?:bitte )?(?:melden sie sich|melde dich) (?:erneut |wieder )?an|sitzung ist abgelaufen|veuillez vous (?:re)?connecter|session (?:a )?expir[ée]/,
  /inici(?:a|e) sesi[óo]n (?:de nuevo|para)|sesi[óo]n ha (?:caducado|expirado)|войдите (?:снова|в|чтобы)|сессия (?:истекла|завершена)|сеанс истек/,
);

/** Asks for the password of somebody who is signed in. */
export const askedAgain = anyOf(
  /(?:确认|验证|驗證|核实)(?:你|您)?的?(?:身份|访问|登录密码)|(?:重新|再次)(?:输入|輸入|验证|确认)(?:你|您)?的?(?:登录|账号|账户)?密[码碼]/,
  /(?:为了|为保障)[^。]{0,16}安全[^。]{0,10}(?:输入|验证)[^。]{0,6}密码|请(?:先)?输入(?:当前|登录|账号|账户)?密码(?:以|后|来)?(?:继续|确认)/,
  /confirm (?:your )?(?:access|identity)|sudo mode|re-?enter your (?:current |account )?password|re-?authenticate/,
  /(?:confirm|verify|enter) your (?:current |account )?password (?:to|before|again)|(?:verify|confirm) (?:that )?it[’']?s (?:really )?you/,
  /パスワードを?(?:再入力|もう一度|確認)|本人確認|비밀번호를? (?:다시|확인)|본인 확인|passwort (?:erneut|bestätigen)|identität bestätigen/,
  /confirme[rz] (?:votre |le )?(?:mot de passe|identité)|confirm[ae] (?:tu|su) (?:contraseña|identidad)|подтвердите (?:пароль|доступ|личность)/,
);

export const accountChooser = anyOf(
  /选择(?:一个|要(?:使用|登录)的)?(?:账号|帐号|账户|帐户)|使用其他(?:账号|帐号|账户)|choose an account|use another account/,
  /pick an account|continue as /,
);

/** A button that signs in with another provider or a device. */
export const signInProvider = anyOf(
  /(?:continue|sign ?in|log ?in|sign ?up|登录|登入) (?:with|via|using|by) /,
  /^(?:使用|通过|用)?\s*(?:google|github|gitlab|microsoft|apple|facebook|sso|saml|okta|微信|支付宝|钉钉|飞书|企业微信|淘宝|微博|qq|wechat|alipay|dingtalk|feishu|lark)(?:\s*(?:账号|帐号|账户|扫码|一键|快捷))?\s*(?:登录|登入|授权登录|sign ?in|log ?in)?$/,
  /(?:微信|支付宝|钉钉|飞书|企业微信|淘宝|微博|QQ|手机号?|短信|账号|密码|邮箱|SSO|企业|扫码|通行密钥|passkey)(?:账号|一键|快捷|扫码|密码|验证码)*登录/,
  /single sign-?on|passkey/,
);

/** The text beside a QR code that signs in; `qrOther` is for QR codes that do not. */
export const qrSignIn = anyOf(
  /扫码登[录錄]|掃碼登[录錄]|扫一扫[^。]{0,10}登[录錄]|(?:扫描|扫)[^。]{0,8}二维码[^。]{0,8}登[录錄]|扫码[^。]{0,8}(?:安全)?登[录錄]/,
  /扫码(?:成功|完成)|已扫码|二维码(?:已)?(?:失效|过期)|(?:微信|支付宝|钉钉|飞书|淘宝|手机|APP|App|客户端)\s*(?:扫一扫|扫码)/,
  /scan[^.]{0,60}(?:log|sign)[ -]?in|(?:log|sign)[ -]?in[^.]{0,30}(?:qr|scan)/,
  /qr code (?:has )?expired/,
);
export const qrOther = anyOf(
  /下载|关注|公众号|小程序|加群|进群|入群|交流群|社区|社群|支付|付款|收款|赞赏|反馈群|客服|分享|体验|download|follow|join|community|discord/,
  /telegram|pay(?:ment)?\b|donate|app store/,
);

export const codeName = anyOf(
  /短信(?:验证|校验)?码|(?:手机|邮箱|邮件|语音|安全|登录|身份|动态)(?:验证|校验|动态)?码|验证码|校验码|驗證碼|動態碼|动态(?:口令|密码)/,
  /一次性(?:密码|口令|验证码)|(?:备用|恢复|備用|救援)(?:验证)?码|令牌(?:口令|码)|口令卡|MFA\s*码/,
  /(?:verification|security|authentication|authenticator|confirmation|login|sign-?in|recovery|backup|access|one[- ]time|6-?digit|six-?digit|sms|2fa|mfa|passcode|otp)[ -](?:pass)?codes?/,
  /one[- ]time (?:pass(?:word|code)?|pin)|\b(?:\d|six|eight)[ -]digit code|\bpasscode\b|\botp\b/,
  /\btotp\b|enter (?:the |your )?(?:code|pin)\b|code (?:we )?(?:sent|from)|第\s*\d\s*[位个]|digit \d/,
  /(?:認証|確認|セキュリティ)コード|ワンタイムパスワード|인증 ?(?:코드|번호)|확인 코드|(?:bestätigungs|sicherheits|verifizierungs|anmelde)code|einmal(?:code|passwort)/,
  /code (?:de (?:v[ée]rification|s[ée]curit[ée]|connexion)|à \d chiffres)|c[óo]digo de (?:verificaci[óo]n|seguridad|acceso|\d d[íi]gitos)|код (?:подтверждения|из (?:смс|sms|письма)|безопасности)/,
);

export const secondFactor = anyOf(
  /两步验证|二步验证|双重(?:验证|认证|身份)|双因素|双因子|二次(?:验证|认证|校验|确认)|多因素|多因子|两因素|兩步驟?驗證|雙重驗證|身份(?:验证|校验|核验|认证)/,
  /身分驗證|安全(?:验证|校验|认证)|登录(?:验证|保护|确认)|手机验证|邮箱验证|短信(?:验证|校验)|虚拟\s*MFA|\bMFA\b|动态口令|身份验证器/,
  /验证(?:您|你)的?(?:身份|手机|邮箱|设备)|新设备|陌生设备|异地登录|two[- ](?:step|factor)|2[- ]?step|\b2fa\b|multi-?factor/,
  /authenticator/,
  /verify (?:it(?:\u2019|')?s you|your (?:identity|email|phone|device|account|sign-?in|login))/,
  /(?:identity|device|email|phone|account|sign-?in|login) verification/,
  /(?:confirm|verify) (?:that )?it(?:\u2019|')?s (?:really )?you|approve (?:the )?(?:sign|log)/,
  /additional (?:security )?verification|extra security/,
  /check your (?:phone|email|inbox|authenticator)/,
  /(?:2|二)段階(?:認証|確認)|多要素認証|本人確認|2단계 인증|이중 인증|본인 확인|(?:zwei|2)-?(?:faktor|stufen|schritt)[\w-]*|identität (?:bestätigen|prüfen)/,
  /(?:v[ée]rification|authentification|validation) (?:en|à) (?:deux|2) (?:[ée]tapes|facteurs)|v[ée]rifi(?:ez|er) votre identit[ée]|(?:verificaci[óo]n|autenticaci[óo]n) (?:en|de) (?:dos|2) (?:pasos|factores)|verifi(?:ca|que) (?:tu|su) identidad/,
  /двух(?:факторн|этапн)[а-я]+ (?:аутентификаци|проверк)[а-я]+|подтвердите (?:свою )?личность/,
);

export const codeSent = anyOf(
  /(?:验证码|校验码|动态码|短信|驗證碼)[^。]{0,8}(?:已|以)(?:经)?(?:发送|下发|发至|发到|發送)/,
  /已(?:经)?(?:向|给|发送|將|将)[^。]{0,30}(?:发送|验证码|短信|校验码|邮件)/,
  /\d+\s*(?:秒|s)\s*后?[^。]{0,6}(?:重新?发|重新获取|再次|可重)|重新(?:发送|获取)|获取验证码|发送验证码|点击获取|1[3-9]\d\s?\*{3,}/,
  /we (?:just )?(?:\w+ )?sent|(?:has been|was) sent to|resend|send (?:a )?(?:new )?code/,
  /didn(?:\u2019|')?t (?:get|receive)|code sent to|texted/,
  /(?:送信|お送り)し(?:ました|た)|再送信|전송(?:된|했습니다|되었습니다)|재전송|(?:gesendet|geschickt|erneut senden)|envoy[ée]|renvoyer|enviado|reenviar|отправ(?:лен|или)|выслали/,
);

/** Waits for an action on another device or with a security key; there is nothing to type. */
export const otherDevice = anyOf(
  /(?:请)?(?:在|打开|到|使用|用)[^。]{0,14}(?:手机|App|客户端|移动设备|令牌|设备)[^。]{0,10}(?:上|中|点击|进行)?[^。]{0,4}(?:确认|批准|同意|允许|授权)/,
  /等待(?:您)?(?:的)?(?:手机|设备|App)?(?:上)?(?:的)?(?:确认|批准|授权|验证)|正在等待[^。]{0,12}(?:安全密钥|密钥|确认|验证)/,
  /(?:插入|触摸|轻触|使用)[^。]{0,10}(?:安全密钥|U盾|U2F|USB\s*Key|FIDO)/,
  /(?:使用|通过)(?:通行密钥|面容|指纹|人脸|刷脸)[^。]{0,8}(?:验证|确认|继续)|(?:人脸|刷脸|面部)(?:识别|验证|核验|认证)/,
  /approv(?:e|ing) (?:the )?(?:sign[- ]?in|log[- ]?in|request|notification|push|this)/,
  /(?:open|check|on|use|using|to) (?:your |the )?(?:phone|\w+ app|mobile|device|authenticator)[^.]{0,60}(?:approve|confirm|tap|enter the number|yes|continue|allow|verify)/,
  /(?:tap|enter)[^.]{0,30}number[^.]{0,20}(?:shown|below|app|see)/,
  /waiting for (?:your )?(?:approval|confirmation|response|you to)|sent a (?:push )?notification|notification (?:was |has been )?sent|tap [“"]?yes/,
  /(?:insert|touch|tap|use|connect|plug in)[^.]{0,24}security key/,
  /security key[^.]{0,30}(?:insert|touch|ready|waiting)/,
  /(?:use|verify with|confirm with|using)[^.]{0,12}(?:your )?passkey/,
);

/** Offers a choice of verification methods, before anything can be typed. */
export const factorChoice = anyOf(
  /(?:任选|选择|选取|请选)[^。]{0,8}(?:一种)?[^。]{0,8}(?:验证|认证|核验)(?:方式|方法)/,
  /(?:choose|select|pick)[^.]{0,20}(?:how|a way|way|method|option)[^.]{0,30}(?:verif|code|identity|sign in|confirm)/,
  /how (?:would|do) you (?:want|like) to (?:get|receive|verify|confirm)/,
);

export const rateLimited = anyOf(
  /(?:请求|操作|访问|提交|调用|发送|登录|尝试|刷新|点击|查询|请求次数|访问次数)(?:次数)?(?:过于|太过|太|过|過於|太過)(?:快|多|密集)|(?:请求|操作|访问|提交|调用|发送|登录|尝试|刷新|点击|查询)(?:次数)?(?:过于|太过|太|过|過於|太過)?(?:频繁|頻繁)/,
  /(?:操作|请求|访问)(?:速度)?(?:太快|过快)|(?:频率|次数)(?:过高|超限|限制|超出|已达|达到)/,
  /(?:超过|超出|达到)[^。]{0,8}(?:频率|次数|速率|调用)[^。]{0,4}(?:限制|上限)|过于频繁|(?:已|被|触发)[^。]{0,4}限流|限流中|流量(?:控制|限制)/,
  /(?:系统|服务器|服务|网络)(?:正)?(?:繁忙|正忙|拥堵|擁堵|拥挤)|小二正忙|(?:访问|使用|当前)(?:的)?(?:人数|用户|人)[^。]{0,4}(?:过多|太多)/,
  /太多(?:人|了)|排队中|too many (?:requests|attempts|tries|logins|sign|people|users)/,
  /rate[- ]?limit(?:ed|s? (?:exceeded|reached))?|(?:slow|throttl)(?:ed|ing|e)? (?:down)|throttled/,
  /(?:server|system|service|site) (?:is )?(?:too |currently )?(?:busy|overloaded)/,
  /(?:at|over) capacity|request limit|quota exceeded|try again (?:in|after) \d+/,
  /wait (?:a few|\d+) (?:second|minute)s? (?:before|and)/,
);

export const maintenance = anyOf(
  /(?:维护|維護|停机|升级|升級)(?:升级|维护)?(?:中|期间暂停)|正在(?:进行)?[^。]{0,10}(?:维护|維護|升级|升級|停机)/,
  /(?:停机|停服)(?:维护|升级|公告|通知)|(?:系统|服务|网站|平台)(?:例行|临时|紧急)?(?:维护|維護|升级)(?:公告|通知|中)?$/,
  /(?:暂停|停止|中断|已停止)(?:对外)?(?:服务|访问|使用|运营)|(?:即将|很快|稍后)(?:恢复|回来)/,
  /under(?:going)? (?:\w+ )*maintenance/,
  /(?:down|offline|closed|unavailable) (?:for|due to) (?:\w+ )*(?:maintenance|upgrade)/,
  /maintenance (?:mode|in progress|is (?:in progress|under ?way))/,
  /(?:scheduled|planned|emergency|system|site) maintenance/,
  /(?:be|are|coming) (?:right )?back (?:soon|shortly|online|at|in|later)/,
  /performing (?:\w+ )*(?:maintenance|upgrade)|being (?:upgraded|updated)/,
);

/** Announces future maintenance; the page still works. */
export const onlyAnnounced = anyOf(
  /将于|將於|计划于|预计于|即将于|will (?:be|undergo|perform|take place)|scheduled (?:for|on)|upcoming/,
  /planned for/,
);
export const underWayNow = anyOf(
  /中(?:[。！…）)]|$)|正在|已(?:停|暂停|经停|关闭)|维护中|升级中|is (?:currently|now)|are (?:currently|now)|undergoing/,
  /in progress/,
);
