/** The time as objects carry it, in whole seconds. */
export const now = () => `${new Date().toISOString().slice(0, 19)}Z`;
