// SPDX-License-Identifier: GPL-3.0-or-later
// drive_experiment STORE EXPERIMENT: a bare driver process, which prints what hinders it. Ends with 0 once
// the experiment has ended, with 1 on an error.
#include "core/host/local_host.h"
#include "core/launch/process_launcher.h"
#include "core/run/runner.h"
#include "core/run/trainer_binary.h"

#include <cstdio>
#include <string>

using namespace widthwise;

int main(int argc, char** argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: drive_experiment STORE EXPERIMENT\n");
        return 2;
    }
    try {
        LocalHost host;
        const SystemClock clock;
        Runner runner({argv[1], std::stoll(argv[2]), findTrainer()}, std::make_unique<ProcessLauncher>(host),
                      host, clock);
        runner.onProgress([](const Driver&, const std::string& notice) {
            if (!notice.empty())
                std::fprintf(stderr, "%s\n", notice.c_str());
        });
        runner.run();
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
