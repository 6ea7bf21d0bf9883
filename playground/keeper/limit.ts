/** Largest file of a field that is opened here, bytes; 16 slots of the default size have half a million. */
export const LIMIT = 2 ** 24;
