// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/slurm/slurm_pilots.h"

#include "core/host/shell.h"
#include "core/launch/attempt_script.h"
#include "core/launch/slurm/slurm_meaning.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

namespace widthwise {

using namespace std::chrono_literals;
using Phase = Attempt::Phase;
using Exit = TrialExit::Kind;

namespace {

constexpr auto commandDeadline = 60s;
constexpr int believedAbsences = 3;
constexpr std::string_view crewSuffix = ".sbatch";

std::string ticketOf(const LaunchRequest& request)
{
    return std::to_string(request.trial) + '-' + std::to_string(request.attempt);
}

/// `7-1.widthwise-0123.4.567`: ticket, name of the crew, index in it, id of its job.
struct Claim {
    std::string ticket;
    std::string crew;
    int task = 0;
    std::string job;
};

std::optional<Claim> readClaim(const std::string& name)
{
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        parts.push_back(name.substr(begin, end - begin));
        begin = end + 1;
    }
    Claim claim;
    if (parts.size() != 4)
        return std::nullopt;
    const std::string& task = parts[2];
    if (std::from_chars(task.data(), task.data() + task.size(), claim.task).ec != std::errc())
        return std::nullopt;
    claim.ticket = parts[0];
    claim.crew = parts[1];
    claim.job = parts[3] + '_' + task;
    return claim;
}

} // namespace

std::string SlurmPilots::crewFile(const std::string& name) const
{
    return m_folder + "/crews/" + name + std::string(crewSuffix);
}

void SlurmPilots::recall(const std::vector<SlurmAttempt*>& adopted)
{
    m_folder = pilotFolder(adopted.front()->request);
    findOut();
    for (SlurmAttempt* attempt : adopted)
        if (attempt->phase == Phase::Adopted)
            attempt->phase = attempt->name.empty() && !m_waiting.contains(ticketOf(attempt->request)) &&
                                     !m_dropped.contains(ticketOf(attempt->request))
                                 ? Phase::Waiting
                                 : Phase::Asked;
}

/// Lists the folder: which crews there are, and who has taken which ticket.
void SlurmPilots::findOut()
{
    const CommandResult listing =
        m_context.host.run("cd " + shellQuoted(m_folder) +
                               " 2>/dev/null && ls -d crews/* waiting/* taken/* dropped/* 2>/dev/null",
                           commandDeadline);
    m_waiting.clear();
    m_dropped.clear();
    std::map<std::string, Claim> taken;
    for (const std::string& path : lines(listing.output)) {
        const std::size_t slash = path.find('/');
        const std::string place = path.substr(0, slash);
        const std::string name = path.substr(slash + 1);
        if (place == "waiting")
            m_waiting.insert(name);
        else if (place == "crews" && name.ends_with(crewSuffix))
            m_crews.try_emplace(name.substr(0, name.size() - crewSuffix.size()));
        else if (const auto claim = readClaim(name); claim && place == "taken")
            taken[claim->ticket] = *claim;
        else if (claim)
            m_dropped.insert(claim->ticket);
    }
    for (SlurmAttempt* attempt : m_context.attempts.where([](const SlurmAttempt&) { return true; })) {
        const auto claim = taken.find(ticketOf(attempt->request));
        if (claim == taken.end())
            continue;
        attempt->name = claim->second.crew;
        attempt->task = claim->second.task;
        attempt->job = claim->second.job;
        m_dropped.erase(claim->first); // by one that came second
    }
}

void SlurmPilots::submit()
{
    offer();
    if (!m_folder.empty() && m_looked)
        staff();
}

/// Puts tickets where workers find them.
void SlurmPilots::offer()
{
    for (SlurmAttempt* attempt : m_context.attempts.in(Phase::Waiting))
        if (attempt->request.resources.nodes > 1)
            m_context.attempts.end(*attempt,
                                   {Exit::Unstarted, "submit: pilot is for trials of one node: take "
                                                     "submit: array in the site, or nodes: 1"});
    const std::vector<SlurmAttempt*> offered = m_context.attempts.in(Phase::Waiting);
    if (offered.empty())
        return;
    m_folder = pilotFolder(offered.front()->request);
    std::vector<FileContents> files;
    std::string folders = ' ' + shellQuoted(m_context.settings.folder);
    for (const char* folder : {"crews", "waiting", "taken", "dropped"})
        folders += ' ' + shellQuoted(m_folder + '/' + folder);
    for (const SlurmAttempt* attempt : offered) {
        const LaunchRequest& request = attempt->request;
        files.push_back({pathOf(request, trial_file::config), request.config});
        files.push_back({attemptScriptPath(request), slurmAttemptScript(request)});
    }
    for (const SlurmAttempt* attempt : offered)
        files.push_back({m_folder + "/waiting/" + ticketOf(attempt->request),
                         attemptScriptPath(attempt->request) + '\n'});
    if (!m_looked && m_context.host.run("mkdir -p" + folders, commandDeadline).exitCode != 0)
        throw HostError("cannot create the folder " + m_folder);
    m_context.host.writeFiles(files);
    for (SlurmAttempt* attempt : offered)
        attempt->phase = Phase::Asked;
}

/// Submits as many workers as are missing.
void SlurmPilots::staff()
{
    const auto needed = m_context.attempts.where([](const SlurmAttempt& attempt) {
        return attempt.phase == Phase::Asked || attempt.phase == Phase::Running;
    });
    std::size_t present = 0;
    for (const auto& [name, crew] : m_crews)
        present += static_cast<std::size_t>(crew.workers);
    if (needed.size() <= present)
        return;
    const std::size_t workers = std::min(needed.size() - present, m_context.submitter.most());
    const std::string name = freshSubmissionName();
    m_context.host.writeFile(crewFile(name),
                             pilotScript(m_context.settings, name, m_folder,
                                         needed.front()->request.resources, static_cast<int>(workers)));
    m_crews[name].workers = static_cast<int>(workers); // before the call: its answer may be lost
    const SlurmSubmitter::Answer answer = m_context.submitter.submit(crewFile(name), workers);
    m_context.queue.lookSoon();
    if (answer.kind == SlurmSubmitter::Answer::Kind::Crowded ||
        answer.kind == SlurmSubmitter::Answer::Kind::Refused) {
        m_crews.erase(name);
        m_context.host.run("rm -f " + shellQuoted(crewFile(name)), commandDeadline);
    }
    if (answer.kind == SlurmSubmitter::Answer::Kind::Refused)
        refuse(answer.reason);
}

/// Takes tickets back, unless a worker was quicker; returns those that start no more.
std::vector<SlurmAttempt*> SlurmPilots::withdraw(const std::vector<SlurmAttempt*>& attempts)
{
    if (attempts.empty())
        return {};
    std::string commands = "cd " + shellQuoted(m_folder + "/waiting") + " || exit\n";
    for (const SlurmAttempt* attempt : attempts) {
        const std::string ticket = ticketOf(attempt->request);
        commands += "rm " + ticket + " 2>/dev/null && echo " + ticket + '\n';
    }
    const std::vector<std::string> gone = lines(m_context.host.run(commands, commandDeadline).output);
    std::vector<SlurmAttempt*> withdrawn;
    std::ranges::copy_if(attempts, std::back_inserter(withdrawn), [&](const SlurmAttempt* attempt) {
        return std::ranges::find(gone, ticketOf(attempt->request)) != gone.end();
    });
    return withdrawn;
}

/// No worker will come.
void SlurmPilots::refuse(const std::string& reason)
{
    const auto isOffered = [](const SlurmAttempt& attempt) {
        return attempt.phase == Phase::Asked && attempt.name.empty();
    };
    for (SlurmAttempt* attempt : withdraw(m_context.attempts.where(isOffered)))
        m_context.attempts.end(*attempt, {Exit::Unstarted, reason});
}

void SlurmPilots::carryOutWishes(const std::vector<SlurmAttempt*>& wished)
{
    std::vector<SlurmAttempt*> offered;
    std::vector<SlurmAttempt*> obeyed;
    std::string commands;
    for (SlurmAttempt* attempt : wished) {
        if (attempt->phase == Phase::Asked && attempt->name.empty()) {
            offered.push_back(attempt);
        } else if (attempt->phase == Phase::Running && !attempt->job.empty()) {
            m_context.host.writeFile(pathOf(attempt->request, trial_file::control),
                                     attempt->killWanted ? "kill\n" : "stop\n");
            commands += "scancel --batch --signal=USR1 " + shellQuoted(attempt->job) + '\n';
            obeyed.push_back(attempt);
        }
    }
    for (SlurmAttempt* attempt : withdraw(offered))
        m_context.attempts.endUnstarted(*attempt);
    carryOut(commands, obeyed);
}

void SlurmPilots::beforePoll()
{
    if (!m_folder.empty())
        findOut();
}

void SlurmPilots::afterPoll(const SlurmJobs& jobs)
{
    countWorkers(jobs);
    m_looked = true;
    const auto waits = std::ranges::find_if(jobs, [this](const auto& entry) {
        return m_crews.contains(entry.first.first) &&
               meaningOf(entry.second).phase == SlurmMeaning::Phase::Waiting;
    });
    const std::string reason =
        waits != jobs.end() ? m_context.queue.explain(waits->second) : "waits for a worker";
    for (SlurmAttempt* attempt : m_context.attempts.in(Phase::Asked))
        if (attempt->name.empty())
            m_context.attempts.note(*attempt, reason);
    endDropped();
}

/// A crew without workers is over.
void SlurmPilots::countWorkers(const SlurmJobs& jobs)
{
    std::string over;
    for (auto next = m_crews.begin(); next != m_crews.end();) {
        auto& [name, crew] = *next;
        int present = 0;
        bool known = false;
        for (auto job = jobs.lower_bound({name, 0}); job != jobs.end() && job->first.first == name; ++job) {
            known = true;
            present += meaningOf(job->second).phase != SlurmMeaning::Phase::Ended;
        }
        if (known || crew.workers == 0 || ++crew.absences >= believedAbsences)
            crew.workers = present;
        if (crew.workers == 0)
            over += ' ' + shellQuoted(crewFile(name));
        next = crew.workers == 0 ? m_crews.erase(next) : std::next(next);
    }
    if (!over.empty())
        m_context.host.run("rm -f" + over, commandDeadline);
}

void SlurmPilots::endDropped()
{
    for (SlurmAttempt* attempt : m_context.attempts.where([](const SlurmAttempt&) { return true; }))
        if (m_dropped.contains(ticketOf(attempt->request)) && attempt->phase != Phase::Waiting)
            m_context.attempts.end(*attempt, {Exit::Interrupted, "its worker could not see it through"});
}

void SlurmPilots::release()
{
    if (m_crews.empty())
        return;
    std::string names;
    std::string files;
    for (const auto& [name, crew] : m_crews) {
        names += (names.empty() ? "" : ",") + name;
        files += ' ' + shellQuoted(crewFile(name));
    }
    m_context.host.run("rm -f" + files + "\nscancel --state=PENDING --name=" + shellQuoted(names),
                       commandDeadline);
}

} // namespace widthwise
