/** The class names have a stable part and a hash, as a build with CSS modules makes them. */
export const profileCss = `
.loading_k2Vd{min-height:100vh;display:flex;align-items:center;justify-content:center}
.header_a8Rt{height:60px;background:#fff;border-bottom:1px solid #eceef6;display:flex;align-items:center;justify-content:space-between;padding:0 28px}
.account_q1Lm{display:flex;align-items:center;gap:10px;color:#4a5068}
.avatar_c0Wz{width:32px;height:32px;border-radius:50%;background:linear-gradient(135deg,#6d5efc,#22b8f0);color:#fff;display:flex;align-items:center;justify-content:center;font-size:13px}
.logout_m7Hy{border:0;background:none;color:#8a90a7;cursor:pointer;padding:4px 6px}
.logout_m7Hy:hover{color:#5b4dfa}
.shell_d4Nx{display:flex;max-width:1180px;margin:0 auto;padding:28px;gap:24px;align-items:flex-start}
.side_t5Uo{width:208px;flex:none;background:#fff;border-radius:14px;padding:10px;border:1px solid #eceef6}
.side_t5Uo a{display:block;padding:10px 14px;border-radius:9px;color:#4a5068;text-decoration:none}
.side_t5Uo a:hover{background:#f5f5fe}
.side_t5Uo a.active_j3Sk{background:#efedff;color:#5b4dfa;font-weight:600}
.main_w9Eb{flex:1;min-width:0;background:#fff;border-radius:14px;border:1px solid #eceef6;padding:28px 32px 34px}
.main_w9Eb h1{font-size:20px;font-weight:600;margin:0}
.lead_v6Gf{color:#7a8099;margin:6px 0 24px}
.panel_x8Qc{border:1px solid #eceef6;border-radius:12px;padding:6px 22px}
.row_n2Yp{display:flex;align-items:center;gap:16px;padding:14px 0;border-bottom:1px solid #f1f2f8}
.row_n2Yp:last-child{border-bottom:0}
.label_e1Ki{width:96px;flex:none;color:#8a90a7}
.value_x3Qp{font-family:"JetBrains Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;background:#f6f7fc;border-radius:8px;padding:7px 12px;word-break:break-all}
.copy_y4Zb{border:0;background:none;color:#5b4dfa;cursor:pointer;white-space:nowrap}
.tag_g6Dc{display:inline-block;border-radius:6px;padding:1px 9px;font-size:12px;background:#e5f7ee;color:#1f9d60}
.tag_g6Dc.dead_u7Fv{background:#fdecee;color:#d0314a}
.actions_s9La{display:flex;gap:12px;margin-top:22px;align-items:center}
.btn_ib1Q{display:inline-flex;align-items:center;justify-content:center;height:38px;padding:0 20px;border-radius:9px;background:#5b4dfa;color:#fff;cursor:pointer;user-select:none}
.btn_ib1Q:hover{background:#4a3de6}
.btn_ib1Q.busy_h2Oq{background:#c3bffb;pointer-events:none}
.hint_z5Mw{color:#a2a7bb;font-size:13px}
.fresh_b3Ue{margin:0 0 18px;padding:11px 16px;border-radius:10px;background:#fff8e8;color:#8a5b00;border:1px solid #fbe7bd}
.empty_f0Rv{border:1px dashed #d9dcea;border-radius:12px;padding:48px 20px;text-align:center;color:#7a8099}
.empty_f0Rv .btn_ib1Q{margin-top:16px;border:0}
.empty_f0Rv svg{display:block;margin:0 auto 10px}
.table_l8Jn{width:100%;border-collapse:collapse}
.table_l8Jn th{text-align:left;font-weight:500;color:#8a90a7;background:#f8f9fd;padding:10px 14px}
.table_l8Jn td{padding:14px;border-bottom:1px solid #f1f2f8}
.mask_p6Xe{position:fixed;inset:0;background:rgba(24,26,50,.42);display:flex;align-items:center;justify-content:center;padding:20px;z-index:40}
.dialog_r1Cs{width:440px;max-width:100%;background:#fff;border-radius:16px;padding:26px 28px 22px;box-shadow:0 24px 80px rgba(24,26,60,.3)}
.dialog_r1Cs h2{margin:0 0 10px;font-size:18px;font-weight:600}
.dialog_r1Cs p{margin:0 0 14px;color:#5d637b}
.terms_o4Bk{height:96px;overflow:auto;background:#f8f9fd;border-radius:10px;padding:12px 14px;color:#7a8099;font-size:13px;margin-bottom:18px}
.buttons_i7Tg{display:flex;justify-content:flex-end;gap:12px;margin-top:8px}
.code_y2Nd{display:flex;gap:12px;align-items:center;margin:4px 0 6px}
.code_y2Nd input{border:1px solid #dcdfec;border-radius:10px;height:44px;outline:0;padding:0 12px;flex:1;min-width:0}
.code_y2Nd input:focus{border-color:#5b4dfa;box-shadow:0 0 0 3px rgba(91,77,250,.12)}
.field_u2Bn{display:flex;flex-direction:column;gap:4px;margin:0 0 14px;color:#5d637b}
.field_u2Bn input,.field_u2Bn select{border:1px solid #dcdfec;border-radius:10px;height:42px;padding:0 12px;background:#fff;color:#1f2333}
.boxes_k9Wr input{flex:none;width:46px;padding:0;text-align:center;font-size:18px}
.resend_c5Iv{border:0;background:none;color:#5b4dfa;cursor:pointer;white-space:nowrap;padding:0}
.resend_c5Iv[disabled]{color:#a9aec2;cursor:default}
.wrong_a6Ft{color:#e0364c;font-size:13px;min-height:21px}
.toast_m3Vh{position:fixed;top:76px;left:50%;transform:translateX(-50%);background:#1f2333;color:#fff;border-radius:10px;padding:10px 20px;z-index:60;box-shadow:0 10px 30px rgba(24,26,60,.3)}
.baxia-dialog-mask{position:fixed;inset:0;background:rgba(24,26,50,.5);z-index:90}
.baxia-dialog{position:fixed;left:50%;top:50%;transform:translate(-50%,-50%);background:#fff;border-radius:14px;z-index:91;overflow:hidden;max-width:96vw;box-shadow:0 24px 80px rgba(24,26,60,.35)}
.baxia-dialog-close{position:absolute;right:12px;top:8px;font-size:22px;line-height:1;color:#a2a7bb;cursor:pointer;z-index:1}
.baxia-dialog iframe{border:0;display:block;max-width:96vw}
@media(max-width:760px){.shell_d4Nx{flex-direction:column;padding:14px;gap:14px;align-items:stretch}.side_t5Uo{width:auto;display:flex;overflow:auto}.side_t5Uo a{white-space:nowrap}.main_w9Eb{padding:20px 18px 24px}.row_n2Yp{flex-wrap:wrap;gap:6px 12px}.header_a8Rt{padding:0 14px}.brand i{display:none}.boxes_k9Wr{gap:6px}.boxes_k9Wr input{width:40px}}
`;
