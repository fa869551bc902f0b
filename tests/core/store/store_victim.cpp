// SPDX-License-Identifier: GPL-3.0-or-later
// A process for tests to kill.
//   store_victim write STORE TRIAL        appends points for ever, a transaction of 7 points each
//   store_victim drive STORE EXPERIMENT   takes the lease, says "driving", and waits
//   store_victim fork STORE EXPERIMENT    the same, with a child that takes half a second to become another
//   program
#include "core/store/driver_lease.h"
#include "core/store/series.h"

#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

using namespace widthwise;

namespace {

[[noreturn]] void write(Database& database, std::int64_t trial)
{
    SeriesTable series(database);
    std::optional<ReadPosition> position = series.readPosition(trial);
    std::int64_t offset = position ? position->offset : 0;
    while (true) {
        Transaction transaction(database);
        std::vector<Point> points;
        for (int i = 0; i < 7; ++i, ++offset)
            points.push_back({static_cast<std::int64_t>(offset), static_cast<double>(offset) * 0.5});
        series.append(trial, {{"loss", points}, {"accuracy", points}});
        series.setReadPosition(trial, {1, offset, {}});
        transaction.commit();
    }
}

[[noreturn]] void becomeAnother()
{
    usleep(500'000);
    execl("/bin/sleep", "sleep", "5", static_cast<char*>(nullptr));
    _exit(127);
}

[[noreturn]] void drive(Database& database, std::int64_t experiment, bool forks)
{
    const DriverLease lease(database, experiment, TimePoint(std::chrono::milliseconds(1000)));
    if (forks && fork() == 0)
        becomeAnother();
    std::puts("driving");
    std::fflush(stdout);
    while (true)
        pause();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4)
        return 2;
    Database database(argv[2]);
    const std::int64_t id = std::stoll(argv[3]);
    if (std::string_view(argv[1]) == "write")
        write(database, id);
    drive(database, id, std::string_view(argv[1]) == "fork");
}
