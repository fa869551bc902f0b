// SPDX-License-Identifier: GPL-3.0-or-later
// What a command costs on a host that is reached by SSH, a real sshd on loopback: milliseconds of `true` and
// of squeue on a warm session against ssh with a master connection, in turn; and how many connections a
// hundred looks at SLURM's queue take.
#include "core/host/ssh/ssh_host.h"
#include "core/launch/slurm/slurm_job.h"
#include "tests/bench/mastered_ssh.h"
#include "tests/bench/report.h"
#include "tests/system/test_cluster.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

constexpr int repeats = 100;

void runOnce(SshHost& host, const std::string& command)
{
    if (const CommandResult result = host.run(command, 30s); result.exitCode != 0)
        throw std::runtime_error(command + " failed: " + result.errors);
}

void compare(const std::string& figure, const std::string& command, SshHost& host,
             const bench::MasteredSsh& ssh, const bench::Target& target)
{
    bench::Sample ours;
    bench::Sample theirs;
    for (int i = 0; i < repeats; ++i) {
        const bench::Stopwatch first;
        runOnce(host, command);
        ours.add(1e3 * first.seconds());
        const bench::Stopwatch second;
        ssh.run(command);
        theirs.add(1e3 * second.seconds());
    }
    bench::report(
        {figure, ours.median(), "ms", bench::Reference{"ssh with ControlMaster", theirs.median()}, target});
}

double acceptedConnections(const TestCluster& cluster)
{
    std::ifstream log(cluster.folder().toStdString() + "/log/sshd.out");
    double count = 0;
    for (std::string line; std::getline(log, line);)
        count += line.starts_with("Accepted ") ? 1 : 0;
    return count;
}

} // namespace

int main()
{
    if (const QString missing = TestCluster::missing(); !missing.isEmpty()) {
        std::printf("# ssh: not measured, %s\n", qPrintable(missing));
        return EXIT_SUCCESS;
    }
    TestCluster cluster;
    cluster.start();
    const std::string config = cluster.sshConfig().toStdString();
    SshHost host({.name = "cluster", .configFile = config});
    const double before = acceptedConnections(cluster);
    for (int i = 0; i < repeats; ++i)
        runOnce(host, squeueCommand);
    bench::report({"ssh: connections of 100 looks at the queue",
                   acceptedConnections(cluster) - before,
                   "",
                   {},
                   bench::atMost(1)});

    const bench::ScratchFolder folder;
    const bench::MasteredSsh ssh(config, folder.file("master"));
    compare("ssh: true on a warm session", "true", host, ssh, bench::ratioAtMost(1.0 / 3));
    compare("ssh: squeue on a warm session", squeueCommand, host, ssh, bench::ratioAtMost(1));
}
