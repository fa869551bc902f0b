// SPDX-License-Identifier: GPL-3.0-or-later
// Many short trials on a cluster, a real SLURM with sshd on loopback: seconds from the start of a driver on
// this side of the link until it knows that all have ended, as an array and by pilots, against an array
// written by hand and waited for on the login node. The driver connects anew each time, the other has its
// connection.
#include "tests/bench/mastered_ssh.h"
#include "tests/bench/report.h"
#include "tests/system/test_cluster.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <thread>

using namespace widthwise;

namespace {

constexpr int rounds = 9; // SLURM starts jobs once a second: a round more or less by chance takes as long
constexpr int trials = 96;
constexpr int slots = 32; // 4 nodes of 8 CPUs
const std::string payload = R"(sleep 0.2; echo '{"step":1,"metrics":{"loss":1}}' >>)";

/// As a trial's command says it: a brace stands for itself where it is doubled.
std::string withDoubledBraces(std::string_view text)
{
    std::string doubled;
    for (const char letter : text)
        doubled.append(letter == '{' || letter == '}' ? 2 : 1, letter);
    return doubled;
}

void write(const std::string& path, const std::string& text)
{
    if (!(std::ofstream(path) << text << std::flush))
        throw std::runtime_error("cannot write " + path);
}

class Search {
public:
    /// Trials come as site files say it; at most `parallel` of them are given to SLURM at a time.
    Search(const TestCluster& cluster, const bench::ScratchFolder& folder, std::string submit, int parallel)
        : m_folder(folder), m_submit(std::move(submit)), m_parallel(parallel)
    {
        write(folder.file(m_submit + ".site.yaml"),
              "host: cluster\nssh_config: " + cluster.sshConfig().toStdString() +
                  "\nscheduler: slurm\nsubmit: " + m_submit + "\nfolder: " + folder.file("scratch") + '\n');
    }

    void run()
    {
        const std::string name = m_submit + '-' + std::to_string(++m_runs);
        const std::string file = m_folder.file(name + ".yaml");
        write(file, "name: " + name +
                        "\nobjective: {metric: loss, direction: minimize}\n"
                        "trial:\n  command: |-\n    " +
                        withDoubledBraces(payload) +
                        "metrics.jsonl\n"
                        "space: {x: {type: float, low: 0, high: 1}}\n"
                        "search: {algorithm: random}\n"
                        "site: " +
                        m_submit +
                        ".site.yaml\n"
                        "resources: {parallel: " +
                        std::to_string(m_parallel) + "}\nbudget: {trials: " + std::to_string(trials) + "}\n");
        const std::string command = WIDTHWISECTL " run " + file + " --store " + m_folder.file("store.db") +
                                    " >" + m_folder.file("log") + " 2>&1 </dev/null";
        if (std::system(command.c_str()) != 0)
            throw std::runtime_error("failed: " + command);
    }

private:
    const bench::ScratchFolder& m_folder;
    std::string m_submit;
    int m_parallel;
    int m_runs = 0;
};

/// As a person would do without Widthwise.
class Array {
public:
    Array(const TestCluster& cluster, const bench::ScratchFolder& folder)
        : m_ssh(cluster.sshConfig().toStdString(), folder.file("master"))
    {
        const std::string script = folder.file("array.sh");
        write(script, "#!/bin/sh\n" + payload + folder.file("$SLURM_ARRAY_TASK_ID.jsonl") + '\n');
        m_command = "job=$(sbatch --parsable --output=/dev/null --array=0-" + std::to_string(trials - 1) +
                    ' ' + script + ") && while [ -n \"$(squeue -h -j $job)\" ]; do sleep 0.02; done";
    }

    void run() const { m_ssh.run(m_command); }

private:
    bench::MasteredSsh m_ssh;
    std::string m_command;
};

/// Each begins with a scheduler that has nothing left to do: SLURM's takes a pause between two passes.
template <typename Body>
void addTime(bench::Sample& sample, const Body& body)
{
    std::this_thread::sleep_for(std::chrono::seconds(3));
    const bench::Stopwatch watch;
    body();
    sample.add(watch.seconds());
}

} // namespace

int main()
{
    if (const QString missing = TestCluster::missing(); !missing.isEmpty()) {
        std::printf("# submission: not measured, %s\n", qPrintable(missing));
        return EXIT_SUCCESS;
    }
    TestCluster cluster;
    cluster.start();
    const bench::ScratchFolder folder;
    Search arrays(cluster, folder, "array", trials);
    Search pilots(cluster, folder, "pilot", slots);
    const Array byHand(cluster, folder);
    bench::Sample arrayTimes;
    bench::Sample pilotTimes;
    bench::Sample theirs;
    for (int round = 0; round < rounds; ++round) {
        addTime(theirs, [&] { byHand.run(); });
        addTime(arrayTimes, [&] { arrays.run(); });
        addTime(pilotTimes, [&] { pilots.run(); });
    }
    const bench::Reference reference{"sbatch --array=0-95", theirs.median()};
    bench::report({"submission: 96 trials of 0.2 s, 32 slots", arrayTimes.median(), "s", reference,
                   bench::ratioAtMost(1.3)});
    bench::report(
        {"submission: the same by 32 pilots", pilotTimes.median(), "s", reference, bench::ratioAtMost(1.5)});
}
