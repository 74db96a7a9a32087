/** The keys that the viewer may press. None has a modifier, so none is a shortcut of the browser itself. */
export const allowedKeys = [
  'Enter',
  'Backspace',
  'Delete',
  'Tab',
  'Escape',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
] as const;
