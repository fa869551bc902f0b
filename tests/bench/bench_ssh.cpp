// SPDX-License-Identifier: GPL-3.0-or-later
// What a command costs on a host that is reached by SSH, a real sshd on loopback: milliseconds of `true`, of
// squeue and of reading what many trials say, on a warm session, against ssh with a master connection, in
// turn; and how many connections a hundred looks at SLURM's queue take.
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

template <class Body>
void compare(const std::string& figure, const Body& body, const std::string& command,
             const bench::MasteredSsh& ssh, const bench::Target& target)
{
    bench::Sample ours;
    bench::Sample theirs;
    for (int i = 0; i < repeats; ++i) {
        const bench::Stopwatch first;
        body();
        ours.add(1e3 * first.seconds());
        const bench::Stopwatch second;
        ssh.run(command);
        theirs.add(1e3 * second.seconds());
    }
    bench::report(
        {figure, ours.median(), "ms", bench::Reference{"ssh with ControlMaster", theirs.median()}, target});
}

/// As long as the wrapper's, of 96 trials.
std::vector<FileRequest> makeStatuses(const bench::ScratchFolder& folder)
{
    std::vector<FileRequest> requests;
    for (int trial = 0; trial < 96; ++trial) {
        requests.push_back({folder.file("status-" + std::to_string(trial) + ".json")});
        std::ofstream(requests.back().path) << std::string(300, 'x') << '\n';
    }
    return requests;
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
    compare(
        "ssh: true on a warm session", [&] { runOnce(host, "true"); }, "true", ssh,
        bench::ratioAtMost(1.0 / 3));
    compare(
        "ssh: squeue on a warm session", [&] { runOnce(host, squeueCommand); }, squeueCommand, ssh,
        bench::ratioAtMost(1));
    const std::vector<FileRequest> statuses = makeStatuses(folder);
    compare(
        "ssh: what 96 trials say", [&] { host.readFiles(statuses); }, "cat " + folder.file("status-*.json"),
        ssh, bench::ratioAtMost(3));
}
