// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_script.h"

#include "core/host/shell.h"
#include "core/launch/attempt_script.h"
#include "core/launch/wrapper_text.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace widthwise {

namespace {

/// Says where a trial runs, for status.json.
constexpr const char* deviceLines = R"sh(
export WIDTHWISE_DEVICE="${SLURM_JOB_NODELIST:-cpu}${CUDA_VISIBLE_DEVICES:+ cuda:$CUDA_VISIBLE_DEVICES}"
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

/// `tasks` is 0 for a single job.
Script header(const SlurmSettings& settings, const std::string& name, const Resources& resources, int tasks,
              const std::optional<Seconds>& timeLimit)
{
    Script script;
    script.option("job-name", name);
    script.option("output", settings.folder + "/" + name + (tasks > 0 ? "-%a" : "") + ".out");
    script.option("open-mode", "append");
    if (tasks > 0)
        script.option("array", "0-" + std::to_string(tasks - 1));
    script.option("partition", settings.partition);
    script.option("account", settings.account);
    script.option("qos", settings.qos);
    script.option("constraint", settings.constraint);
    script.option("nodes", std::to_string(resources.nodes));
    script.option("ntasks-per-node", "1");
    script.option("cpus-per-task", std::to_string(resources.cpus));
    if (resources.gpus > 0)
        script.option("gres", "gpu:" + std::to_string(resources.gpus));
    if (timeLimit)
        script.option("time", minutes(*timeLimit));
    script.option("signal", "B:TERM@" + std::to_string(settings.notice.count()));
    script.option("--no-requeue");
    for (const std::string& option : settings.options)
        script.option(option);
    return script;
}

/// A trial that may take as long as its own limit has the notice beyond that, as far as the partition allows.
std::optional<Seconds> timeLimitOf(const SlurmSettings& settings, const Resources& resources)
{
    if (!resources.timeLimit)
        return settings.timeLimit;
    Seconds own = *resources.timeLimit + settings.notice;
    if (settings.partitionLimit && *resources.timeLimit <= *settings.partitionLimit)
        own = std::min(own, *settings.partitionLimit);
    return settings.timeLimit ? std::min(own, *settings.timeLimit) : own;
}

std::string stepCommand(const LaunchRequest& request)
{
    const int nodes = request.resources.nodes;
    const int perNode = std::max(1, request.tasks / nodes);
    const int cpus = std::max(1, request.resources.cpus / perNode);
    return "sh -c " + standingBy(stepText) +
           " sh srun --kill-on-bad-exit=1 --nodes=" + std::to_string(nodes) +
           " --ntasks=" + std::to_string(nodes * perNode) + " --ntasks-per-node=" + std::to_string(perNode) +
           " --cpus-per-task=" + std::to_string(cpus) + " sh -c " + standingBy(taskText) + " sh " +
           shellQuoted(containedCommand(request));
}

} // namespace

std::string slurmScript(const SlurmSettings& settings, const std::string& name,
                        std::span<const LaunchRequest> requests)
{
    const Resources& resources = requests.front().resources;
    const int tasks = requests.size() > 1 ? static_cast<int>(requests.size()) : 0;
    Script script = header(settings, name, resources, tasks, timeLimitOf(settings, resources));
    script.add("\ncase ${SLURM_ARRAY_TASK_ID:-0} in\n");
    for (std::size_t i = 0; i < requests.size(); ++i)
        script.add(std::to_string(i) + ") script=" + shellQuoted(attemptScriptPath(requests[i])) + " ;;\n");
    script.add("esac\n" + settings.prologue + deviceLines + "exec sh \"$script\"\n");
    return script.text();
}

std::string pilotScript(const SlurmSettings& settings, const std::string& name, const std::string& folder,
                        const Resources& resources, int workers)
{
    Script script = header(settings, name, resources, workers, settings.timeLimit);
    script.add("\n" + settings.prologue + deviceLines + "folder=" + shellQuoted(folder) +
               "\nidle_limit=" + std::to_string(settings.idleLimit.count()) + "\n\n");
    script.add(std::string(endingText) + std::string(pilotText));
    return script.text();
}

std::string pilotFolder(const LaunchRequest& request)
{
    return request.directory.substr(0, request.directory.rfind('/')) + "/pilot";
}

std::string batchScript(const SlurmSettings& settings, const std::string& name,
                        std::span<const LaunchRequest> requests)
{
    if (settings.submit == SlurmSettings::Submit::Array)
        return slurmScript(settings, name, requests);
    const LaunchRequest& first = requests.front();
    return pilotScript(settings, name, pilotFolder(first), first.resources,
                       static_cast<int>(requests.size()));
}

std::string slurmAttemptScript(const LaunchRequest& request)
{
    LaunchRequest there = request;
    there.command = request.resources.nodes > 1 ? stepCommand(request) : containedCommand(request);
    return attemptScript(there, {}, {});
}

} // namespace widthwise
