// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_arrays.h"

#include "core/host/shell.h"
#include "core/launch/attempt_script.h"

#include <algorithm>
#include <sstream>

namespace widthwise {

using Phase = Attempt::Phase;

namespace {

constexpr std::chrono::seconds commandDeadline{60};

std::string submissionFile(const LaunchRequest& request)
{
    return pathOf(request, "submission-" + std::to_string(request.attempt));
}

} // namespace

/// One that says nothing was never submitted; of one that does, the queue will tell.
void SlurmArrays::recall(const std::vector<SlurmAttempt*>& adopted)
{
    std::vector<FileRequest> requests;
    for (const SlurmAttempt* attempt : adopted)
        requests.push_back({submissionFile(attempt->request)});
    const auto submissions = m_context.host.readFiles(requests);
    for (std::size_t i = 0; i < adopted.size(); ++i) {
        std::istringstream words(submissions[i] ? submissions[i]->bytes : "");
        const bool submitted = static_cast<bool>(words >> adopted[i]->name >> adopted[i]->task);
        if (adopted[i]->phase == Phase::Adopted)
            adopted[i]->phase = submitted ? Phase::Asked : Phase::Waiting;
    }
}

void SlurmArrays::askForPartitionLimit()
{
    const CommandResult limits =
        m_context.host.run(limitsCommand(m_context.settings.partition), commandDeadline);
    if (limits.exitCode == 0)
        m_context.settings.partitionLimit = readLongestTime(limits.output);
    m_askedForLimit = true;
}

/// Writes all that the submission needs; returns the path of its script.
std::string SlurmArrays::prepare(const std::vector<SlurmAttempt*>& batch)
{
    const std::string name = freshSubmissionName();
    std::vector<FileContents> files;
    std::vector<LaunchRequest> requests;
    for (SlurmAttempt* attempt : batch) {
        const LaunchRequest& request = attempt->request;
        attempt->name = name;
        attempt->task = static_cast<int>(requests.size());
        files.push_back({pathOf(request, trial_file::config), request.config});
        files.push_back({attemptScriptPath(request), slurmAttemptScript(request)});
        files.push_back({submissionFile(request), name + ' ' + std::to_string(attempt->task) + '\n'});
        requests.push_back(request);
    }
    const std::string path = m_context.settings.folder + '/' + name + ".sbatch";
    files.push_back({path, slurmScript(m_context.settings, name, requests)});
    m_context.host.writeFiles(files);
    return path;
}

void SlurmArrays::submit()
{
    std::vector<SlurmAttempt*> batch = m_context.attempts.in(Phase::Waiting);
    if (batch.empty())
        return;
    batch.resize(std::min(batch.size(), m_context.submitter.most()));
    if (!m_askedForLimit && batch.front()->request.resources.timeLimit)
        askForPartitionLimit();
    const std::string script = prepare(batch);
    for (SlurmAttempt* attempt : batch)
        attempt->phase = Phase::Asked; // before the call: its answer may be lost
    const SlurmSubmitter::Answer answer = m_context.submitter.submit(script, batch.size());
    m_context.queue.lookSoon();
    for (SlurmAttempt* attempt : batch) {
        switch (answer.kind) {
        case SlurmSubmitter::Answer::Kind::Accepted:
            attempt->job = answer.job + (batch.size() > 1 ? '_' + std::to_string(attempt->task) : "");
            break;
        case SlurmSubmitter::Answer::Kind::Unanswered:
            break;
        case SlurmSubmitter::Answer::Kind::Crowded:
            attempt->phase = Phase::Waiting;
            break;
        case SlurmSubmitter::Answer::Kind::Refused:
            m_context.attempts.end(*attempt, {TrialExit::Kind::Unstarted, answer.reason});
            break;
        }
    }
}

void SlurmArrays::carryOutWishes(const std::vector<SlurmAttempt*>& wished)
{
    std::string commands;
    std::vector<SlurmAttempt*> obeyed;
    for (SlurmAttempt* attempt : wished) {
        if (attempt->job.empty())
            continue;
        const bool politely = attempt->phase == Phase::Running && !attempt->killWanted;
        if (politely)
            m_context.host.writeFile(pathOf(attempt->request, trial_file::control), "stop\n");
        commands +=
            (politely ? "scancel --batch --signal=TERM " : "scancel ") + shellQuoted(attempt->job) + "\n";
        obeyed.push_back(attempt);
    }
    carryOut(commands, obeyed);
}

} // namespace widthwise
