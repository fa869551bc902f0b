// SPDX-License-Identifier: GPL-3.0-or-later
// A driver that is killed again and again, in mid-search and at random moments, loses nothing and repeats
// nothing.
#include "tests/core/run/metrics_file.h"
#include "tests/core/run/runner_fixture.h"
#include "tests/system/driver_process.h"

#include <QTest>
#include <random>
#include <thread>

using namespace widthwise;

namespace {

constexpr int trialCount = 24;
constexpr int leastKills = 20;
constexpr int reports = 30;

/// 30 reports over more than half a second, and a mark for each time that the program is started.
const std::string program =
    R"sh(echo run >> runs; i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo '{{"step":'$i',"metrics":{{"loss":'$i.{trial}',"x":'{x}'}}}}' >> metrics.jsonl; sleep 0.02; done)sh";

int countLines(const std::string& text)
{
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

class TestKilledDriver : public QObject {
    Q_OBJECT

    RunnerFixture m_fixture;
    std::int64_t m_experiment = 0;
    std::map<int, std::int64_t> m_wrappers; ///< pid by trial, as first seen
    int m_adoptions = 0;

    std::optional<TrialStatus> status(int trial)
    {
        return parseTrialStatus(m_fixture.file(m_experiment, trial, trial_file::status));
    }

    /// Trials whose wrapper is known and that have not ended.
    int rememberWrappers()
    {
        int running = 0;
        for (int trial = 0; trial < trialCount; ++trial)
            if (const auto now = status(trial)) {
                m_wrappers.emplace(trial, now->wrapperPid);
                running += now->phase == TrialStatus::Phase::Started;
            }
        return running;
    }

    void compareWithFile(int trial)
    {
        const std::string file = m_fixture.file(m_experiment, trial, trial_file::metrics);
        QCOMPARE(countLines(file), reports);
        for (const char* metric : {"loss", "x"}) {
            const Points written = pointsOf(file, metric);
            const Points stored = m_fixture.points(m_experiment, trial, metric);
            QCOMPARE(stored.steps, written.steps);
            QCOMPARE(stored.values, written.values);
            QCOMPARE(stored.size(), std::size_t{reports});
        }
    }

private Q_SLOTS:
    void survivesBeingKilledAtRandomMoments()
    {
        m_experiment = m_fixture.add("killed", RunnerFixture::yaml(program, trialCount, 2));
        const unsigned seed = std::random_device{}();
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        std::uniform_int_distribution<int> lifetime(5, 500);

        int kills = 0;
        for (;;) {
            DriverProcess driver(
                QStringLiteral(DRIVE_EXPERIMENT),
                {QString::fromStdString(m_fixture.storeFile()), QString::number(m_experiment)});
            const int exitCode = driver.wait(kills < 3 * leastKills ? lifetime(random) : 120'000);
            if (exitCode >= 0) {
                QCOMPARE(exitCode, 0);
                break;
            }
            driver.killNow();
            ++kills;
            m_adoptions += rememberWrappers();
        }
        rememberWrappers();
        qInfo("%d kills, %d trials running at one", kills, m_adoptions);
        QVERIFY(kills >= leastKills);
        QVERIFY(m_adoptions > 0);
    }

    void holdsEveryTrialOnce()
    {
        QCOMPARE(m_fixture.record(m_experiment).state, ExperimentState::Completed);
        const std::vector<Trial> trials = m_fixture.trials(m_experiment);
        QCOMPARE(trials.size(), std::size_t{trialCount});
        for (int i = 0; i < trialCount; ++i) {
            QCOMPARE(trials[static_cast<std::size_t>(i)].number, i);
            QCOMPARE(trials[static_cast<std::size_t>(i)].state, TrialState::Completed);
        }
    }

    void tookTheTrialsOverAsTheyRan()
    {
        for (const Trial& trial : m_fixture.trials(m_experiment)) {
            QCOMPARE(trial.attempt, 1);
            QCOMPARE(countLines(m_fixture.file(m_experiment, trial.number, "runs")), 1);
            QCOMPARE(status(trial.number)->wrapperPid, m_wrappers.at(trial.number));
            QVERIFY(!std::filesystem::exists(m_fixture.directory(m_experiment, trial.number) + "/attempt-2"));
        }
    }

    void holdsEveryPointOnce()
    {
        for (int trial = 0; trial < trialCount; ++trial)
            compareWithFile(trial);
    }

    void searchedAsIfNothingHadHappened()
    {
        const Experiment experiment = parseExperiment(m_fixture.record(m_experiment).yaml);
        const auto search =
            makeSearchAlgorithm(experiment.search, experiment.space, Direction::Minimize, experiment.seed);
        History history;
        for (const Trial& trial : m_fixture.trials(m_experiment)) {
            QCOMPARE(toJson(trial.configuration), toJson(std::get<Configuration>(search->propose(history))));
            history.push_back({.configuration = trial.configuration});
        }
    }
};

QTEST_GUILESS_MAIN(TestKilledDriver)
#include "tst_killed_driver.moc"
