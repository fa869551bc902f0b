// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/attempts.h"

#include "core/launch/exit_reason.h"

#include <csignal>

namespace widthwise {

std::string pathOf(const LaunchRequest& request, std::string_view file)
{
    return request.directory + '/' + std::string(file);
}

std::vector<std::optional<TrialStatus>> readStatuses(Host& host, std::span<const Attempt* const> attempts)
{
    std::vector<FileRequest> requests;
    for (const Attempt* attempt : attempts)
        requests.push_back({pathOf(attempt->request, trial_file::status)});
    std::vector<std::optional<TrialStatus>> statuses(attempts.size());
    if (requests.empty())
        return statuses;
    const auto slices = host.readFiles(requests);
    for (std::size_t i = 0; i < statuses.size(); ++i)
        if (slices[i])
            if (const auto status = parseTrialStatus(slices[i]->bytes);
                status && status->attempt == attempts[i]->request.attempt)
                statuses[i] = status;
    return statuses;
}

bool endedWhenTold(const Attempt& attempt)
{
    const int code = attempt.status->exitCode;
    return attempt.status->terminated && (code == 0 || code == 128 + SIGTERM);
}

TrialExit exitOf(Host& host, const Attempt& attempt)
{
    const int code = attempt.status->exitCode;
    if (code == 0)
        return {TrialExit::Kind::Succeeded, {}};
    return {TrialExit::Kind::Failed,
            exitReason(code, readTail(host, pathOf(attempt.request, trial_file::output)))};
}

} // namespace widthwise
