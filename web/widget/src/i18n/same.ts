/** Holds the three languages to the same names and shapes; a type only, in no bundle. */
import type * as en from "./en";
import type * as sq from "./sq";
import type * as sr from "./sr";

type Shape<T> = { [K in keyof T]: T[K] extends string ? string : T[K] };
type Same<T extends Shape<typeof sq>> = T;
export type Catalogues = [Same<Shape<typeof sr>>, Same<Shape<typeof en>>, Shape<typeof sq> extends Shape<typeof sr> & Shape<typeof en> ? true : never];
