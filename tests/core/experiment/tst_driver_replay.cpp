// SPDX-License-Identifier: GPL-3.0-or-later
// Property tests with random histories: a driver rebuilt at any point from what was saved goes on as if
// nothing had happened, and the rules that always hold do hold.
#include "core/schedule/schedulers.h"
#include "tests/core/experiment/driver_simulation.h"

#include <QTest>
#include <algorithm>
#include <limits>
#include <random>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

/// Kills are left out: a rebuilt driver does not know that it asked for one, and asks again.
std::vector<std::string> withoutKills(const std::vector<Action>& actions)
{
    std::vector<std::string> texts;
    for (const Action& action : actions) {
        if (const auto* save = std::get_if<action::Save>(&action)) {
            const Trial& t = save->trial;
            texts.push_back("save " + std::to_string(t.number) + ' ' + std::string(toText(t.state)) + ' ' +
                            std::to_string(t.attempt) + ' ' + std::to_string(t.rung) + ' ' + t.reason);
        } else if (const auto* launch = std::get_if<action::Launch>(&action)) {
            texts.push_back("launch " + std::to_string(launch->trial) +
                            (launch->fromCheckpoint ? " on" : " anew"));
        } else if (const auto* stop = std::get_if<action::RequestStop>(&action)) {
            texts.push_back("stop " + std::to_string(stop->trial));
        } else if (const auto* drop = std::get_if<action::DropCheckpoint>(&action)) {
            texts.push_back("drop " + std::to_string(drop->trial));
        } else if (const auto* change = std::get_if<action::SetState>(&action)) {
            texts.push_back("state " + std::string(toText(change->state)) + ' ' + change->reason);
        }
    }
    return texts;
}

/// Events as they may come from trials and people, by chance.
class Chance {
public:
    explicit Chance(unsigned seed) : m_random(seed) {}

    int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(m_random); }
    bool oneIn(int n) { return below(n) == 0; }

    Experiment experiment()
    {
        Experiment e = simulatedExperiment(1 + below(6), 5 + below(40));
        if (oneIn(2))
            e.search = {"grid", {{"points", 12}}};
        else if (oneIn(3))
            e.search = {"tpe"};
        e.schedule = schedule();
        const SchedulerDescription& scheduler = schedulerOf(e.schedule.type);
        if (scheduler.hasRungs && !scheduler.copies && oneIn(3))
            e.fidelity = Fidelity{"width", {16, 32, 64}};
        e.objective.direction = oneIn(2) ? Direction::Minimize : Direction::Maximize;
        e.objective.value = oneIn(2) ? ObjectiveValue::Best : ObjectiveValue::Last;
        e.checkpoints = CheckpointKeeping(below(3));
        e.budget.failedTrials = below(10);
        if (oneIn(4))
            e.objective.goal = e.objective.direction == Direction::Minimize ? -2.5 : 2.5;
        if (oneIn(3))
            e.budget.wallTime = Seconds(2000 + below(4000));
        if (oneIn(3))
            e.budget.deviceHours = 0.5 + below(4);
        if (oneIn(2))
            e.resources.timeLimit = Seconds(50 + below(200));
        return e;
    }

    /// What a person may change of it.
    Experiment changed(Experiment e)
    {
        if (oneIn(2))
            e.space = SearchSpace({Parameter{
                "x", FloatRange{0.3 * below(2), 0.5 + 0.5 * below(4), Scale::Linear, {}}, {}, {}}});
        if (oneIn(3)) {
            constexpr std::array algorithms{"random", "grid", "tpe", "cmaes", "evolution", "sobol"};
            e.search = {algorithms[static_cast<std::size_t>(below(algorithms.size()))]};
        }
        if (oneIn(2))
            e.schedule = scheduleFor(e.fidelity.has_value());
        if (oneIn(3))
            e.resources.parallel = 1 + below(6);
        if (oneIn(3))
            e.resources.timeLimit = oneIn(2) ? std::optional(Seconds(50 + below(200))) : std::nullopt;
        if (oneIn(3))
            e.budget.trials = 5 + below(60);
        if (oneIn(4))
            e.budget.failedTrials = below(20);
        if (oneIn(4))
            e.budget.wallTime.reset();
        return e;
    }

    Event event(const DriverSimulation& s)
    {
        std::vector<const Trial*> active;
        for (const auto& [number, trial] : s.saved)
            if (trial.state == TrialState::Queued || trial.state == TrialState::Running)
                active.push_back(&trial);
        if (oneIn(5))
            return event::Measured{below(static_cast<int>(s.saved.size()) + 1), 100 * below(5)};
        if (active.empty() || oneIn(12))
            return oneIn(2) ? Event(event::Ticked{}) : Event(command(static_cast<int>(s.saved.size())));
        const Trial& trial = *active[static_cast<std::size_t>(below(static_cast<int>(active.size())))];
        if (trial.state == TrialState::Queued)
            return oneIn(15) ? Event(event::Exited{trial.number, {TrialExit::Kind::Unstarted, "no slot"}})
                             : Event(event::Started{trial.number, "cpu"});
        if (oneIn(5))
            return event::Exited{trial.number, exit()};
        return event::Reported{trial.number, trial.lastStep.value_or(0) + below(4), value()};
    }

    std::chrono::milliseconds time()
    {
        return std::chrono::milliseconds(oneIn(6) ? below(90'000) : below(3000));
    }

private:
    SchedulerSettings scheduleFor(bool sizes)
    {
        SchedulerSettings settings = schedule();
        while (sizes && !schedulerOf(settings.type).hasRungs)
            settings = schedule();
        return settings;
    }
    SchedulerSettings schedule()
    {
        const SchedulerDescription& type =
            schedulers()[static_cast<std::size_t>(below(int(schedulers().size())))];
        SettingValues values{{"grace_steps", below(3)},    {"min_trials", 1 + below(3)},
                             {"min_steps", 1 + below(3)},  {"max_steps", 5 + below(20)},
                             {"eta", 1.5 + below(3)},      {"run_on", oneIn(2) ? 0.3 : 0.},
                             {"population", 2 + below(6)}, {"truncation", 0.2 + 0.1 * below(4)}};
        std::erase_if(values, [&](const auto& value) { return !findSetting(type.settings, value.first); });
        return {type.id, values};
    }
    event::Commanded command(int trials)
    {
        using Kind = Command::Kind;
        constexpr std::array kinds{Kind::Pause,      Kind::Resume,     Kind::Resume,      Kind::Stop,
                                   Kind::PauseTrial, Kind::PauseTrial, Kind::ResumeTrial, Kind::ResumeTrial,
                                   Kind::StopTrial,  Kind::RetryTrial};
        const Kind kind = kinds[static_cast<std::size_t>(below(kinds.size()))];
        return {{kind == Kind::Stop && !oneIn(5) ? Kind::Resume : kind, below(trials + 2)}};
    }
    TrialExit exit()
    {
        if (!oneIn(3))
            return {TrialExit::Kind::Succeeded, {}};
        constexpr std::array kinds{TrialExit::Kind::Failed, TrialExit::Kind::Lost,
                                   TrialExit::Kind::Interrupted};
        return {kinds[static_cast<std::size_t>(below(kinds.size()))], "reason " + std::to_string(below(5))};
    }
    double value()
    {
        if (oneIn(60))
            return oneIn(2) ? std::numeric_limits<double>::quiet_NaN()
                            : std::numeric_limits<double>::infinity();
        return std::normal_distribution<double>()(m_random);
    }

    std::mt19937 m_random;
};

/// What was allowed at any time.
struct Most {
    int parallel = 0;
    int trials = 0;
};

void checkRules(const DriverSimulation& s, Most& most)
{
    const Experiment& experiment = s.experiment();
    most.parallel = std::max(most.parallel, experiment.resources.parallel);
    most.trials = std::max(most.trials, *experiment.budget.trials);
    int active = 0, proposed = 0;
    for (const auto& [number, trial] : s.saved) {
        QCOMPARE(trial, s.driver().trials()[static_cast<std::size_t>(number)]);
        proposed += !trial.promotedFrom;
        active += trial.state == TrialState::Queued || trial.state == TrialState::Running;
        QVERIFY(!trial.stop || trial.state == TrialState::Queued || trial.state == TrialState::Running);
        QVERIFY(!isFinal(trial.state) || trial.finished);
        if (trial.state == TrialState::Completed)
            QVERIFY(trial.objective && std::isfinite(*trial.objective));
        if (trial.state == TrialState::Failed || trial.state == TrialState::Diverged)
            QVERIFY(!trial.reason.empty());
        if (experiment.checkpoints == CheckpointKeeping::All)
            QVERIFY(!trial.checkpointDropped);
        if (experiment.checkpoints == CheckpointKeeping::Needed && trial.checkpointDropped)
            QVERIFY(isFinal(trial.state) && trial.state != TrialState::Completed &&
                    (trial.state != TrialState::Stopped || trial.agent == Agent::Scheduler));
    }
    QVERIFY(s.lost.empty());
    QCOMPARE(s.saved.size(), s.driver().trials().size());
    QVERIFY(active <= most.parallel);
    QVERIFY(proposed <= most.trials);
    QCOMPARE(s.state, s.driver().state());
    if (s.state == ExperimentState::Running)
        QVERIFY(active > 0 || std::any_of(s.saved.begin(), s.saved.end(), [](const auto& entry) {
                    return entry.second.state == TrialState::Paused && entry.second.agent == Agent::Person;
                }));
}

} // namespace

class TestDriverReplay : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Also where the experiment is changed in between.
    void goesOnAsIfNothingHadHappened_data()
    {
        QTest::addColumn<bool>("changing");
        QTest::newRow("as it was started") << false;
        QTest::newRow("changed on the way") << true;
    }
    void goesOnAsIfNothingHadHappened()
    {
        QFETCH(bool, changing);
        std::map<ExperimentState, std::set<unsigned>> seen; ///< seeds
        std::map<CheckpointKeeping, std::size_t> deleted;
        std::size_t copies = 0;
        for (unsigned seed = 0; seed < 300; ++seed) {
            Chance chance(seed);
            const Experiment experiment = chance.experiment();
            DriverSimulation undisturbed(experiment);
            DriverSimulation rebuilt(experiment);
            Most most;
            for (int i = 0; i < 400; ++i) {
                if (chance.oneIn(8))
                    rebuilt.rebuild();
                undisturbed.now += chance.time();
                rebuilt.now = undisturbed.now;
                const bool changes = changing && chance.oneIn(40);
                const Event event = changes ? Event(event::Changed{chance.changed(undisturbed.experiment())})
                                            : chance.event(undisturbed);
                const auto expected = withoutKills(undisturbed.handle(event));
                const auto actual = withoutKills(rebuilt.handle(event));
                QVERIFY2(actual == expected,
                         qPrintable(QStringLiteral("seed %1, event %2").arg(seed).arg(i)));
                QCOMPARE(rebuilt.saved, undisturbed.saved);
                QCOMPARE(rebuilt.driver().best() ? rebuilt.driver().best()->number : -1,
                         undisturbed.driver().best() ? undisturbed.driver().best()->number : -1);
                QCOMPARE(rebuilt.driver().finished(), undisturbed.driver().finished());
                checkRules(undisturbed, most);
                seen[undisturbed.state].insert(seed);
                if (QTest::currentTestFailed())
                    return;
            }
            deleted[experiment.checkpoints] += undisturbed.deleted.size();
            if (schedulerOf(experiment.schedule.type).copies)
                copies += std::ranges::count_if(undisturbed.saved, [](const auto& entry) {
                    return entry.second.promotedFrom.has_value();
                });
        }
        QVERIFY2(copies > 10, qPrintable(QString::number(copies)));
        // The chances are such that every way to end does occur.
        for (const auto state : {ExperimentState::Completed, ExperimentState::Failed,
                                 ExperimentState::Stopped, ExperimentState::Paused})
            QVERIFY(seen[state].size() > 10);
        QCOMPARE(deleted[CheckpointKeeping::All], std::size_t(0));
        QVERIFY(deleted[CheckpointKeeping::Needed] > 100);
        QVERIFY(deleted[CheckpointKeeping::Best] > deleted[CheckpointKeeping::Needed]);
    }

    void drivesTenThousandWorkers()
    {
        constexpr int workers = 10'000;
        DriverSimulation s(simulatedExperiment(workers, 3 * workers));
        for (std::size_t next = 0; next < s.launches.size(); ++next) {
            const int trial = s.launches[next].first;
            s.now += 1ms;
            s.start(trial);
            for (int step = 1; step <= 3; ++step)
                s.report(trial, step, 1.0 / (trial + step));
            s.exit(trial);
        }
        QCOMPARE(s.state, ExperimentState::Completed);
        QCOMPARE(s.saved.size(), std::size_t{3 * workers});
        QCOMPARE(s.driver().best()->number, 3 * workers - 1);
    }
};

QTEST_APPLESS_MAIN(TestDriverReplay)
#include "tst_driver_replay.moc"
