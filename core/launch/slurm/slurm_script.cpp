// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_script.h"

#include "core/host/shell.h"
#include "core/launch/attempt_script.h"

#include <cmath>

namespace widthwise {

namespace {

/// Says where a trial runs, for status.json.
constexpr const char* deviceLines = R"sh(
export WIDTHWISE_DEVICE="${SLURMD_NODENAME:-cpu}${CUDA_VISIBLE_DEVICES:+ cuda:$CUDA_VISIBLE_DEVICES}"
)sh";

class Script {
public:
    void option(const std::string& text) { m_text += "#SBATCH " + text + "\n"; }
    void option(const std::string& key, const std::string& value)
    {
        if (!value.empty())
            option("--" + key + "=" + value);
    }
    void add(const std::string& text) { m_text += text; }
    const std::string& text() const { return m_text; }

private:
    std::string m_text = "#!/bin/sh\n";
};

std::string minutes(Seconds time)
{
    return std::to_string(std::max<long long>(1, std::llround(std::ceil(time.count() / 60))));
}

} // namespace

std::string slurmScript(const SlurmSettings& settings, const std::string& name,
                        std::span<const LaunchRequest> requests)
{
    const Resources& resources = requests.front().resources;
    const bool isArray = requests.size() > 1;
    Script script;
    script.option("job-name", name);
    script.option("output", settings.folder + "/" + name + (isArray ? "-%a" : "") + ".out");
    script.option("open-mode", "append");
    if (isArray)
        script.option("array", "0-" + std::to_string(requests.size() - 1));
    script.option("partition", settings.partition);
    script.option("account", settings.account);
    script.option("qos", settings.qos);
    script.option("constraint", settings.constraint);
    script.option("nodes", std::to_string(resources.nodes));
    script.option("ntasks-per-node", "1");
    script.option("cpus-per-task", std::to_string(resources.cpus));
    if (resources.gpus > 0)
        script.option("gres", "gpu:" + std::to_string(resources.gpus));
    if (const auto limit = resources.timeLimit ? resources.timeLimit : settings.timeLimit)
        script.option("time", minutes(*limit + settings.notice));
    script.option("signal", "B:TERM@" + std::to_string(settings.notice.count()));
    script.option("--no-requeue");
    for (const std::string& option : settings.options)
        script.option(option);

    script.add("\ncase ${SLURM_ARRAY_TASK_ID:-0} in\n");
    for (std::size_t i = 0; i < requests.size(); ++i)
        script.add(std::to_string(i) + ") script=" + shellQuoted(attemptScriptPath(requests[i])) + " ;;\n");
    script.add("esac\n" + settings.prologue + deviceLines + "exec sh \"$script\"\n");
    return script.text();
}

} // namespace widthwise
