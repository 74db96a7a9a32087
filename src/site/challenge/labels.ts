/** The result of one check of a page. The first three need a person. */
export type PageLabel = 'captcha' | 'login' | '2fa' | 'rate_limited' | 'maintenance' | 'error' | 'none';

/** The kind of evidence for a verdict, strongest first. `none` when nothing was found. */
export type Basis = 'response' | 'widget' | 'prompt' | 'text' | 'none';
