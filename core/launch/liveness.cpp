// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/liveness.h"

#include "core/host/shell.h"
#include "core/launch/wrapper_text.h"

#include <sstream>

namespace widthwise {

namespace {

std::string firstLine(const std::optional<FileSlice>& slice)
{
    return slice ? slice->bytes.substr(0, slice->bytes.find('\n')) : std::string();
}

struct ProcessStat {
    char state = 0;
    std::int64_t startTicks = 0;
};

/// proc(5): the name in parentheses may hold anything, so fields are counted from the last parenthesis.
std::optional<ProcessStat> parseStat(const std::string& text)
{
    const std::size_t name = text.rfind(") ");
    if (name == std::string::npos)
        return std::nullopt;
    std::istringstream fields(text.substr(name + 2));
    ProcessStat stat;
    std::string skipped;
    fields >> stat.state;
    for (int field = 4; field < 22; ++field)
        fields >> skipped;
    fields >> stat.startTicks;
    return fields ? std::optional(stat) : std::nullopt;
}

bool isAlive(const std::optional<FileSlice>& statFile, const TrialStatus& status)
{
    const std::optional<ProcessStat> stat = statFile ? parseStat(statFile->bytes) : std::nullopt;
    return stat && stat->startTicks == status.wrapperStartTicks && stat->state != 'Z' && stat->state != 'X';
}

std::string processPath(std::int64_t pid, const char* file)
{
    return "/proc/" + std::to_string(pid) + '/' + file;
}

/// Shell: true where the wrapper is still the process that it was.
std::string isWrapper(const TrialStatus& status)
{
    return "read -r stat 2>/dev/null <" + processPath(status.wrapperPid, "stat") +
           " && set -- ${stat##*) } && [ \"${20}\" = " + std::to_string(status.wrapperStartTicks) + " ]";
}

} // namespace

std::vector<std::string> wrapperLosses(Host& host, std::span<const TrialStatus> statuses)
{
    std::vector<FileRequest> requests{{"/proc/sys/kernel/hostname"}, {"/proc/sys/kernel/random/boot_id"}};
    for (const TrialStatus& status : statuses)
        requests.push_back({processPath(status.wrapperPid, "stat")});
    const auto slices = host.readFiles(requests);
    const std::string hostName = firstLine(slices[0]);
    const std::string bootId = firstLine(slices[1]);

    std::vector<std::string> losses;
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        const TrialStatus& status = statuses[i];
        if (hostName.empty() || status.host != hostName)
            losses.emplace_back();
        else if (status.bootId != bootId)
            losses.emplace_back("the machine " + hostName + " was restarted while it ran");
        else if (!isAlive(slices[2 + i], status))
            losses.emplace_back("its wrapper (process " + std::to_string(status.wrapperPid) +
                                ") vanished without an exit code: it was killed, or memory ran out");
        else
            losses.emplace_back();
    }
    return losses;
}

std::string signalWrapper(const TrialStatus& status, const std::string& signal)
{
    return "( " + isWrapper(status) + " && kill -s " + signal + ' ' + std::to_string(status.wrapperPid) +
           " ) 2>/dev/null\n";
}

std::string killProgram(const TrialStatus& status, const std::string& trialDirectory)
{
    return "if ( " + isWrapper(status) + " ); then kill -s KILL -- -" + std::to_string(status.programPid) +
           "; else\n" + endAttempt(trialDirectory, status.attempt, status.programPid) + "fi 2>/dev/null\n";
}

std::string endAttempt(const std::string& trialDirectory, int attempt, std::int64_t program)
{
    return "( WIDTHWISE_TRIAL_DIR=" + shellQuoted(trialDirectory) + " attempt=" + std::to_string(attempt) +
           '\n' + std::string(endingText) + "end_attempt " + (program > 0 ? std::to_string(program) : "''") +
           " ) 2>/dev/null\n";
}

} // namespace widthwise
