/** The words of this bundle; the build puts another language in place of Albanian. */
export * from "./sq";
