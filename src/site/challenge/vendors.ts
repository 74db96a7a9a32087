import type { PageLabel } from './page-facts.js';
import type { WidgetSelectors } from './in-page/scan-document.js';

/** A part of a vendor's widget in the document itself. `open` matches it, passed or not. */
export interface WidgetRule extends WidgetSelectors {
  readonly vendor: string;
  /** `captcha` by default. */
  readonly label?: Exclude<PageLabel, 'none'>;
  /** A button that starts the widget. It counts only where nothing else is offered; next to a form it is optional. */
  readonly isAnchor?: true;
}

/** A vendor's widget in a frame, recognised by the frame's URL: the first rule that matches one of its URLs. */
export interface FrameRule {
  readonly vendor: string;
  readonly url: RegExp;
  readonly label?: Exclude<PageLabel, 'none'>;
  /** 30 by default. */
  readonly minPx?: number;
  /** This vendor moves inactive frames off the screen instead of hiding them, so only frames on the screen count. */
  readonly onScreenOnly?: true;
  /** Usually passes within a few seconds without a person. */
  readonly selfResolving?: true;
}

/** What a widget of any vendor shows, within its scope, once it is passed. */
export const passedWidget = {
  scope:
    '.nc-container, #nocaptcha, .nc_wrapper, [id^="aliyunCaptcha-window-"], [class*="geetest_captcha"], .geetest_panel, ' +
    '.geetest_holder, .yidun, .yidun_modal, .yidun_popup, .verifybox',
  marks:
    '.btn_ok, [data-nc-lang="_yesTEXT"], #aliyunCaptcha-sliding-body.verified, .aliyunCaptcha-checkbox-icon-checked, ' +
    '[class*="geetest_lock_success"], .geetest_result_tips.geetest_success, [class*="geetest_success_radar_tip"], ' +
    '.geetest_panel_success, .geetest_radar_success, .yidun--success, .frc-success, [data-state="success"], ' +
    '[data-state="verified"]',
  text: '验证(?:已)?(?:通过|成功)|驗證(?:已)?(?:通過|成功)|验证完成|已通过验证|\\bverified\\b|verification (?:passed|successful)',
};

export const widgetRules: readonly WidgetRule[] = [
  {
    vendor: 'baxia-nc',
    open: '[id^="nc_"][id$="_n1t"], .nc_wrapper .nc_scale, .nc-container .errloading, .nc-container[data-nc-status="error"], .nc-container .btn_slide',
  },
  { vendor: 'baxia-scratch', open: '.scratch-captcha-container, #scratch-captcha-btn' },
  { vendor: 'baxia', open: '.baxia-punish.wait', label: 'rate_limited' },
  { vendor: 'baxia', open: '.baxia-punish:not(.wait, .deny) .captcha-tips, .baxia-punish.captcha, #nc-verify-form' },
  { vendor: 'baxia-sm', open: '.sm-btn, [id^="SM_BTN"]', isAnchor: true },
  {
    vendor: 'aliyun-captcha',
    open: '[id^="aliyunCaptcha-window-"]:not([id$="-embed"]), #aliyunCaptcha-sliding-body, #aliyunCaptcha-img, #aliyunCaptcha-puzzle',
  },
  { vendor: 'aliyun-captcha', open: '#aliyunCaptcha-checkbox-body, #aliyunCaptcha-window-embed', isAnchor: true },
  { vendor: 'aliyun-waf', open: '#WAF_NC_WRAPPER, .waf-nc-wrapper' },
  { vendor: 'aliyun-waf', open: 'html:has(meta[name^="aliyun_waf_"]) #captcha-element' },
  {
    vendor: 'geetest',
    open:
      '.geetest_box, [class*="geetest_box_"], [class*="geetest_boxShow"], .geetest_panel_box, [class*="geetest_panelshow"], ' +
      '.geetest_slider_button, .geetest_widget, .geetest_table_box',
  },
  {
    vendor: 'geetest',
    open: '.geetest_radar_tip, .geetest_radar_btn, .geetest_btn_click, [class*="geetest_btn_click_"], .geetest_holder',
    isAnchor: true,
  },
  {
    vendor: 'tencent',
    open: '#tcaptcha_transform_dy, #tcaptcha_transform, [class*="tencent-captcha-dy__verify"], [class*="tencent-captcha-dy__slider"]',
    minPx: 60,
  },
  {
    vendor: 'yidun',
    open: '.yidun_popup .yidun_panel, .yidun_popup, .yidun_modal, .yidun_slider, .yidun_bgimg, .yidun_smscode, .yidun_panel',
  },
  { vendor: 'yidun', open: '.yidun_intelli-control, .yidun_intelli-tips, .yidun_classic-tips', isAnchor: true },
  {
    vendor: 'hcaptcha',
    open: 'iframe[data-hcaptcha-widget-id]:not([src*="invisible"]):not([data-hcaptcha-response]:not([data-hcaptcha-response=""]))',
    minPx: 30,
    token: '[name="h-captcha-response"]',
  },
  {
    vendor: 'cloudflare',
    open: '#challenge-form, #challenge-stage, #challenge-running, #cf-challenge-running, .footer .footer-inner .ray-id',
    minPx: 8,
  },
  { vendor: 'turnstile', open: '.cf-turnstile', minPx: 30, token: '[name="cf-turnstile-response"]' },
  { vendor: 'arkose', open: '#FunCaptcha, #funcaptcha, [data-e2e="enforcement-frame"]', minPx: 60 },
  { vendor: 'aws-waf', open: 'awswaf-captcha, #amzn-captcha-verify-button, form[action*="validateCaptcha"]' },
  { vendor: 'perimeterx', open: '#px-captcha, #px-captcha-wrapper, .px-captcha-container' },
  { vendor: 'akamai', open: '#sec-if-cpt-container, #sec-cpt-if, #sec-bc-tile-container, #sec-bc-text-container' },
  { vendor: 'aj-captcha', open: '.verifybox, .verify-bar-area, .verify-img-panel, .verify-left-bar' },
  { vendor: 'shumei', open: '.shumei_captcha_wrapper, .shumei_captcha_slide_wrapper' },
  { vendor: 'dingxiang', open: '.dx_captcha, .dx_captcha_basic_bar' },
  { vendor: 'bytedance', open: '.captcha_verify_container, #captcha-verify-image' },
  { vendor: 'mtcaptcha', open: '.mtcaptcha', minPx: 30, token: '[name="mtcaptcha-verifiedtoken"]' },
  {
    vendor: 'friendly-captcha',
    open: '.frc-captcha',
    minPx: 30,
    token: '.frc-captcha-response, .frc-captcha-solution',
  },
  { vendor: 'altcha', open: 'altcha-widget', token: '[name="altcha"]' },
  {
    vendor: 'generic',
    open: 'cap-widget, .private-captcha, trustcaptcha-component, .procaptcha, #mcaptcha__widget-container',
    minPx: 30,
    token:
      '[name="cap-token"], [name="private-captcha-solution"], [name="tc-verification-token"], ' +
      '[name="procaptcha-response"], [name="mcaptcha__token"]',
    isAnchor: true,
  },
  {
    vendor: 'yandex',
    open: '.smart-captcha, .CheckboxCaptcha, .AdvancedCaptcha',
    minPx: 30,
    token: '[name="smart-token"]',
  },
];

export const frameRules: readonly FrameRule[] = [
  { vendor: 'baxia', url: /(?:\/_____tmd_____\/|bixi\.alicdn\.com\/).*[?&]action=wait/, label: 'rate_limited' },
  { vendor: 'baxia', url: /(?:\/_____tmd_____\/|bixi\.alicdn\.com\/).*[?&]action=deny/, label: 'error' },
  { vendor: 'baxia', url: /\/_____tmd_____\/punish|[?&]x5secdata=|bixi\.alicdn\.com\/punish/ },
  { vendor: 'tencent', url: /captcha\.(?:gtimg|qq|qcloud)\.com|turing\.captcha\./, minPx: 60 },
  { vendor: 'yidun', url: /\bc\.dun\.163(?:yun)?\.com/ },
  { vendor: 'geetest', url: /\b(?:gcaptcha4|captcha)\.geetest\.com/, minPx: 60 },
  { vendor: 'recaptcha', url: /\/recaptcha\/(?:api2|enterprise)\/anchor(?!.*size=invisible)/ },
  { vendor: 'recaptcha', url: /\/recaptcha\/(?:api2|enterprise)\/bframe/, minPx: 100, onScreenOnly: true },
  { vendor: 'hcaptcha', url: /hcaptcha.*frame=challenge/, minPx: 100, onScreenOnly: true },
  { vendor: 'hcaptcha', url: /hcaptcha.*frame=checkbox(?!-invisible)/ },
  { vendor: 'turnstile', url: /challenges\.cloudflare\.com/ },
  { vendor: 'arkose', url: /arkoselabs\.com|funcaptcha\.com/, minPx: 60 },
  { vendor: 'datadome', url: /captcha-delivery\.com\/captcha.*[?&]t=bv/, label: 'error' },
  { vendor: 'datadome', url: /captcha-delivery\.com\/captcha/ },
  { vendor: 'datadome', url: /captcha-delivery\.com\/interstitial/, selfResolving: true },
  { vendor: 'akamai', url: /\/_sec\/cp_challenge\// },
  { vendor: 'imperva', url: /_Incapsula_Resource/, minPx: 100 },
  { vendor: 'mtcaptcha', url: /service\.mtcaptcha\.com|\/\/(?:www\.)?mtcaptcha\.com/ },
  { vendor: 'yandex', url: /smartcaptcha\.(?:yandexcloud\.net|cloud\.yandex\.ru)/ },
  { vendor: 'alibaba-step-up', url: /passport\.(?:aliyun|alibabacloud)\.com\/(?:ac\/)?iv\//, label: '2fa', minPx: 60 },
  { vendor: 'wechat-qr', url: /open\.weixin\.qq\.com\/connect\/qrconnect/, label: 'login', minPx: 60 },
];

/** Hidden fields that a widget in a frame fills once it is passed. */
export const tokenFields =
  '[name="g-recaptcha-response"], [name="h-captcha-response"], [name="cf-turnstile-response"], [name="fc-token"], ' +
  '[name="mtcaptcha-verifiedtoken"], [name="smart-token"]';
