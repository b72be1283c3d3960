/** Seconds for which a release that is kept is held, where the stack file does not say it. */
export const defaultHold = 3600;
