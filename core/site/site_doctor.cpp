// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/site_doctor.h"

#include "core/experiment/amount_text.h"
#include "core/launch/exit_reason.h"
#include "core/site/disk_findings.h"
#include "core/site/machine_findings.h"
#include "core/site/slurm_findings.h"

#include <cmath>
#include <random>
#include <stdexcept>

namespace widthwise {

namespace {

using namespace std::chrono_literals;
using SystemClock = std::chrono::system_clock;
using SteadyClock = std::chrono::steady_clock;

/// Passes questions on, and remembers that a person took part in the time it took.
class CountingPrompter final : public SshPrompter {
public:
    explicit CountingPrompter(SshPrompter& person) : m_person(person) {}
    bool acceptHostKey(const HostKeyQuestion& question) override
    {
        m_asked = true;
        return m_person.acceptHostKey(question);
    }
    std::optional<std::string> secret(const SecretQuestion& question) override
    {
        m_asked = true;
        return m_person.secret(question);
    }
    bool asked() const { return m_asked; }

private:
    SshPrompter& m_person;
    bool m_asked = false;
};

std::string timeText(SteadyClock::duration time)
{
    const double milliseconds = std::chrono::duration<double, std::milli>(time).count();
    if (milliseconds < 1000)
        return std::to_string(std::max(1L, std::lround(milliseconds))) + " ms";
    return numberText(std::round(milliseconds / 100) / 10) + " s";
}

Findings judgePrologue(const SiteAnswers& answers)
{
    const auto prologue = answers.find("prologue");
    if (prologue == answers.end())
        return {};
    const auto& [exitCode, text] = prologue->second;
    const bool noModules =
        text.find("module: ") != std::string::npos && text.find("not found") != std::string::npos;
    const bool failed = exitCode != 0 || noModules || text.find("ERROR") != std::string::npos;
    if (!failed)
        return {{"prologue", Verdict::Good, "runs without error", {}}};
    const std::string fix = noModules ? "begin the prologue with `. /etc/profile`, which defines module"
                                      : "try its lines by hand after logging in, then correct `prologue:`";
    return {{"prologue", exitCode != 0 ? Verdict::Bad : Verdict::Warning, exitReason(exitCode, text), fix}};
}

Findings judgeContainer(const Site& site, const SiteAnswers& answers)
{
    const auto container = answers.find("container");
    if (container == answers.end())
        return {};
    const auto& [exitCode, text] = container->second;
    if (exitCode == 0)
        return {{"container", Verdict::Good, "starts, and the folder of trials is seen in it", {}}};
    return {
        {"container", Verdict::Bad, exitReason(exitCode, text),
         "try `" + site.container + " true` after logging in; apptainer shows the disks that --bind names"}};
}

Findings judgeTrainerThere(const Site& site, const std::string& trainer, const SiteAnswers& answers)
{
    const std::string deploy =
        site.name == "local" ? "build it (packaging/run)" : "widthwisectl site deploy " + site.name;
    const auto there = answers.find("trainer");
    if (there == answers.end() || there->second.exitCode != 0)
        return {{"trainer", Verdict::Warning,
                 (trainer.empty() ? "missing" : trainer + " is missing") +
                     std::string(site.container.empty() ? "" : " in the container") +
                     ": only trials with a command of their own run",
                 deploy}};
    const auto& [exitCode, text] = answers.at("info");
    if (exitCode != 0)
        return {{"trainer", Verdict::Bad, trainer + " does not run: " + exitReason(exitCode, text), deploy}};
    try {
        const std::size_t first = std::min(text.find('{'), text.size()); // behind what its libraries warn of
        Findings findings = judgeTrainer(text.substr(first, text.rfind('}') + 1 - first));
        findings.insert(findings.begin(), {"trainer", Verdict::Good, trainer, {}});
        return findings;
    } catch (const std::invalid_argument& error) {
        return {{"trainer", Verdict::Bad, trainer + ": " + error.what(), deploy}};
    }
}

/// Halfway between two looks at our clock the site told its own.
std::optional<Finding> askClock(Host& host)
{
    const auto before = SystemClock::now();
    const CommandResult answer = host.run("date +%s.%N", 30s);
    const auto after = SystemClock::now();
    char* end = nullptr;
    const double seconds = std::strtod(answer.output.c_str(), &end);
    if (answer.exitCode != 0 || end == answer.output.c_str())
        return std::nullopt;
    const auto there = std::chrono::duration<double>(seconds);
    const auto here = std::chrono::duration<double>((before + (after - before) / 2).time_since_epoch());
    return judgeClock(std::chrono::round<std::chrono::milliseconds>(there - here));
}

std::string freshMark()
{
    std::random_device random;
    return "answer-" + std::to_string(random()) + std::to_string(random());
}

void append(Findings& findings, const Findings& more)
{
    findings.insert(findings.end(), more.begin(), more.end());
}

/// What an established way to the site says.
Findings ask(const Site& site, const SiteAccess& access)
{
    constexpr auto deadline = 180s;
    const std::string mark = freshMark();
    const CommandResult result =
        access.host->run(questionScript(site, access.plan.trials, access.plan.trainer, mark), deadline);
    Findings findings =
        judgeSite(site, access.plan.trials, access.plan.trainer, readAnswers(result.output, mark));
    if (result.timedOut)
        findings.push_back({"answers", Verdict::Bad, "not all came within 3 minutes",
                            "try again; the login node may be busy"});
    return findings;
}

} // namespace

Finding judgeClock(std::chrono::milliseconds ahead)
{
    constexpr auto harmless = 10s;
    const auto apart = std::chrono::abs(ahead);
    if (apart < harmless)
        return {"clock",
                Verdict::Good,
                "as here, to " + timeText(std::max<std::chrono::milliseconds>(apart, 1ms)),
                {}};
    return {"clock", Verdict::Warning,
            timeText(apart) + (ahead > 0ms ? " ahead of" : " behind") + " this machine's",
            "set the clock of whichever is wrong: times of trials are shown shifted"};
}

Findings judgeSite(const Site& site, const std::string& folder, const std::string& trainer,
                   const SiteAnswers& answers)
{
    Findings findings;
    if (const auto tools = answers.find("tools"); tools != answers.end())
        findings.push_back(judgeTools(tools->second.text));
    append(findings, judgeDisk(folder, answers));
    if (site.scheduler == Site::Scheduler::Slurm)
        append(findings, judgeSlurm(site, answers));
    append(findings, judgePrologue(answers));
    append(findings, judgeContainer(site, answers));
    append(findings, judgeTrainerThere(site, trainer, answers));
    return findings;
}

Findings examineSite(const Site& site, const std::string& storeFile, const std::string& trainer,
                     SshPrompter* prompter)
{
    std::optional<CountingPrompter> person;
    if (prompter != nullptr)
        person.emplace(*prompter);
    try {
        const auto begun = SteadyClock::now();
        const SiteAccess access = openSite(site, storeFile, trainer, person ? &*person : nullptr);
        const std::optional<Finding> clock = askClock(*access.host);
        const auto taken = SteadyClock::now() - begun;
        const bool asked = person && person->asked();
        Findings findings;
        if (site.isRemote()) {
            findings.push_back({"login",
                                Verdict::Good,
                                site.host + (asked ? ", with your answers" : ", in " + timeText(taken)),
                                {}});
            if (clock)
                findings.push_back(*clock);
        }
        append(findings, ask(site, access));
        return findings;
    } catch (const HostError& error) {
        return {{"login", Verdict::Bad, error.what(),
                 "see whether `ssh " + site.host + "` works in a terminal, and correct `host:`"}};
    }
}

} // namespace widthwise
