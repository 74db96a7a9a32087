// What runs inside a page. The build bundles it into `in-page.js`, whose value is these functions.
export { judgeFrameElement as judge } from './judge-frame-element.js';
export { scanDocument as scan } from './scan-document.js';
