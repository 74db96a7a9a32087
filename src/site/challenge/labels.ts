/** What one look at a page comes to. The first three need a person. */
export type PageLabel = 'captcha' | 'login' | '2fa' | 'rate_limited' | 'maintenance' | 'error' | 'none';

/** What a verdict rests on, strongest first. `none` when nothing was found. */
export type Basis = 'response' | 'widget' | 'prompt' | 'text' | 'none';
