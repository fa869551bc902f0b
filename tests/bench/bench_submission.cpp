// SPDX-License-Identifier: GPL-3.0-or-later
// Many short trials on a cluster, a real SLURM with sshd on loopback: seconds from the start of a driver on
// this side of the link until it knows that all have ended, against an array written by hand and waited for
// on the login node. The driver connects anew each time, the other has its connection.
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

constexpr int rounds = 5;
constexpr int trials = 96; // on 4 nodes of 8 CPUs
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
    Search(const TestCluster& cluster, const bench::ScratchFolder& folder) : m_folder(folder)
    {
        write(folder.file("site.yaml"), "host: cluster\nssh_config: " + cluster.sshConfig().toStdString() +
                                            "\nscheduler: slurm\nfolder: " + folder.file("scratch") + '\n');
    }

    void run()
    {
        const std::string name = "round-" + std::to_string(++m_runs);
        const std::string file = m_folder.file(name + ".yaml");
        write(file, "name: " + name +
                        "\nobjective: {metric: loss, direction: minimize}\n"
                        "trial:\n  command: |-\n    " +
                        withDoubledBraces(payload) +
                        "metrics.jsonl\n"
                        "space: {x: {type: float, low: 0, high: 1}}\n"
                        "search: {algorithm: random}\n"
                        "site: site.yaml\n"
                        "resources: {parallel: " +
                        std::to_string(trials) + "}\nbudget: {trials: " + std::to_string(trials) + "}\n");
        const std::string command = WIDTHWISECTL " run " + file + " --store " + m_folder.file("store.db") +
                                    " >" + m_folder.file("log") + " 2>&1 </dev/null";
        if (std::system(command.c_str()) != 0)
            throw std::runtime_error("failed: " + command);
    }

private:
    const bench::ScratchFolder& m_folder;
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
    Search search(cluster, folder);
    const Array array(cluster, folder);
    bench::Sample ours;
    bench::Sample theirs;
    for (int round = 0; round < rounds; ++round) {
        addTime(theirs, [&] { array.run(); });
        addTime(ours, [&] { search.run(); });
    }
    bench::report({"submission: 96 trials of 0.2 s, 32 slots", ours.median(), "s",
                   bench::Reference{"sbatch --array=0-95", theirs.median()}, bench::ratioAtMost(1.5)});
}
