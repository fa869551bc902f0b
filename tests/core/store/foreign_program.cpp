// SPDX-License-Identifier: GPL-3.0-or-later
// Another program with the store open, as a database browser or a backup: SQLite as it is. `foreign_program
// FILE SQL` executes the SQL, prints its first value or the error, and keeps the connection until its input
// ends.
#include <sqlite3.h>

#include <cstdio>

int main(int, char** arguments)
{
    sqlite3* database = nullptr;
    sqlite3_open(arguments[1], &database);
    const auto print = [](void*, int, char** values, char**) { return std::puts(values[0]) < 0 ? 1 : 0; };
    if (sqlite3_exec(database, arguments[2], print, nullptr, nullptr) != SQLITE_OK)
        std::puts(sqlite3_errmsg(database));
    std::puts("done");
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    sqlite3_close(database);
    return 0;
}
