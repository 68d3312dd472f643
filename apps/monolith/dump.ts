/** An embedded database with all tables in it, which is opened faster than one is made. From the process's folder. */
export const DUMP = 'build/shop/database.tar';
