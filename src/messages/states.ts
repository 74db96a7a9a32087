/** In which state errors of several parts leave things. */
export const nothingDone = { en: 'Nothing was done.', zh: '没有执行任何操作。' };
export const nothingChanged = { en: 'Nothing was changed.', zh: '没有更改任何内容。' };
export const notUsed = { en: 'It was neither used nor changed.', zh: '没有使用它，也没有更改它。' };
