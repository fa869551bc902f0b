// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_change.h"
#include "core/experiment/file_values.h"
#include "tests/core/run/runner_fixture.h"

#include <QTest>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

const std::string reportX = R"(echo '{{"step":1,"metrics":{{"loss":'{x}'}}}}' >> metrics.jsonl)";

/// Reports steps 1, 2, … up to its argument or until it is told to stop, then writes a checkpoint and ends
/// well. One that goes on begins two steps before that, as from an older checkpoint.
const std::string countingProgram =
    "trap : TERM\n"
    "i=0\n"
    "[ -z \"$WIDTHWISE_CHECKPOINT\" ] || i=$(($(cat \"$WIDTHWISE_CHECKPOINT\") - 2))\n"
    "echo \"begins after $i\"\n"
    "while [ ! -e control ] && [ $i -lt $1 ]; do\n"
    "    i=$((i+1))\n"
    "    echo '{\"step\":'$i',\"metrics\":{\"loss\":'$i'}}' >> metrics.jsonl\n"
    "    sleep 0.02\n"
    "done\n"
    "echo $i > checkpoint.pt\n";

bool mentions(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class TestRunner : public QObject {
    Q_OBJECT

    std::unique_ptr<RunnerFixture> m_fixture;
    std::unique_ptr<Runner> m_runner;
    std::thread m_thread;

    /// Drives in a thread of its own, as a driver process would.
    void startDriving(std::int64_t experiment)
    {
        m_runner = m_fixture->runner(experiment);
        m_thread = std::thread([this] { m_runner->run(); });
    }
    void join()
    {
        if (m_thread.joinable())
            m_thread.join();
        m_runner.reset();
    }
    void leave()
    {
        m_runner->leave();
        join();
    }

    Trial trial(std::int64_t experiment, int number)
    {
        const std::vector<Trial> trials = m_fixture->trials(experiment);
        const auto index = static_cast<std::size_t>(number);
        return index < trials.size() ? trials[index] : Trial{};
    }
    bool isAt(std::int64_t experiment, int number, TrialState state)
    {
        return trial(experiment, number).state == state && !m_fixture->trials(experiment).empty();
    }
    std::size_t count(std::int64_t experiment, int number)
    {
        return m_fixture->points(experiment, number, "loss").size();
    }

    /// The command that runs `text` as a shell script.
    std::string script(const std::string& text)
    {
        const std::string path = m_fixture->folder() + "/program.sh";
        m_fixture->host().writeFile(path, text);
        return "sh " + path;
    }
    std::string counting(int last) { return script(countingProgram) + ' ' + std::to_string(last); }

    void change(std::int64_t experiment, const std::string& text)
    {
        Database database(m_fixture->storeFile());
        Commands(database).add(experiment, {Command::Kind::Change, -1, text}, m_fixture->clock().now());
    }

    /// Drives one trial of `command` and returns it.
    Trial driveOne(const std::string& command, const std::string& more = {})
    {
        const std::int64_t id = m_fixture->add("one", RunnerFixture::yaml(command, 1, 1, more));
        m_fixture->drive(id);
        return trial(id, 0);
    }

    /// The same where the metrics are read as `metrics` says.
    Trial driveReading(const std::string& command, const std::string& metrics)
    {
        std::string yaml = RunnerFixture::yaml(command, 1, 1);
        yaml.replace(yaml.find("space:"), 0, "  metrics: " + metrics + "\n");
        m_fixture->drive(m_fixture->add("one", yaml));
        return trial(1, 0);
    }

private Q_SLOTS:
    void init() { m_fixture = std::make_unique<RunnerFixture>(); }
    void cleanup()
    {
        if (m_runner)
            leave();
        m_fixture.reset();
    }

    void drivesShellCommandsToTheEnd()
    {
        const std::int64_t id = m_fixture->add("basic", RunnerFixture::yaml(reportX, 5, 2));
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);

        const std::vector<Trial> trials = m_fixture->trials(id);
        QCOMPARE(trials.size(), 5U);
        for (const Trial& trial : trials) {
            QCOMPARE(trial.state, TrialState::Completed);
            QCOMPARE(trial.attempt, 1);
            QCOMPARE(trial.device, "cpu");
            QCOMPARE(*trial.objective, std::get<double>(*trial.configuration.find("x")));
            QCOMPARE(count(id, trial.number), 1U);
        }
        const ExperimentRecord record = m_fixture->record(id);
        QCOMPARE(record.state, ExperimentState::Completed);
        QVERIFY(record.finished.has_value());
    }

    void tellsWhyATrialFailed()
    {
        const Trial failed = driveOne("echo begin; cat /nowhere/jets.h5");
        QCOMPARE(failed.state, TrialState::Failed);
        QVERIFY2(mentions(failed.reason, "/nowhere/jets.h5: No such file"), failed.reason.c_str());
        QVERIFY(mentions(failed.reason, "exit code 1"));
    }

    void namesTheMetricThatWasExpected()
    {
        const Trial failed = driveOne(R"(echo '{{"step":1,"metrics":{{"los":1}}}}' > metrics.jsonl)");
        QCOMPARE(failed.state, TrialState::Failed);
        QVERIFY2(mentions(failed.reason, "\"loss\""), failed.reason.c_str());
    }

    void stopsATrialThatDiverges()
    {
        const Trial diverged =
            driveOne(script("echo '{\"step\":1,\"metrics\":{\"loss\":1}}' > metrics.jsonl\n"
                            "echo '{\"step\":2,\"metrics\":{\"loss\":NaN}}' >> metrics.jsonl\n"
                            "exec sleep 100\n"));
        QCOMPARE(diverged.state, TrialState::Diverged);
        QVERIFY(mentions(diverged.reason, "NaN at step 2"));
        const Points points = m_fixture->points(1, 0, "loss");
        QCOMPARE(points.size(), 2U);
        QVERIFY(std::isnan(points.values[1]));
    }

    void goesOnPastMalformedAndTruncatedLines()
    {
        const Trial trial = driveOne(script("exec > metrics.jsonl\n"
                                            "echo '{\"step\":1,\"metrics\":{\"loss\":1}}'\n"
                                            "echo oops\n"
                                            "echo '{\"step\":2,\"metrics\":{\"loss\":2}}'\n"
                                            "printf '{\"step\":3,\"met'\n"));
        QCOMPARE(trial.state, TrialState::Completed);
        QCOMPARE(trial.notices.size(), 1U);
        const std::string notice = toText(trial.notices);
        QVERIFY2(mentions(notice, "2 lines of metrics.jsonl"), notice.c_str());
        QVERIFY(mentions(notice, "line 2: oops"));
        QCOMPARE(count(1, 0), 2U);
    }

    void endsAnExperimentWithoutItsTrainer()
    {
        std::string yaml = RunnerFixture::yaml("x", 50, 2);
        const std::size_t command = yaml.find("  command:");
        yaml.replace(command, yaml.find("space:") - command, "  trainer: {model: gn2}\n");
        const std::int64_t id = m_fixture->add("untrained", yaml);
        for (const std::string& trainer : {std::string(), std::string("/nowhere/widthwise-trainer")}) {
            m_fixture->command(id, Command::Kind::Resume);
            QCOMPARE(m_fixture->runner(id, trainer)->run(), ExperimentState::Failed);
            const std::string reason = m_fixture->record(id).reason;
            QVERIFY2(mentions(reason, trainer.empty() ? "widthwise-trainer" : trainer), reason.c_str());
            QVERIFY(mentions(reason, "WIDTHWISE_TRAINER"));
        }
        QVERIFY(m_fixture->trials(id).size() <= 4U);
        QVERIFY(mentions(trial(id, 0).reason, "widthwise-trainer"));
    }

    void refusesASecondDriver()
    {
        const std::int64_t id = m_fixture->add("twice", RunnerFixture::yaml("sleep 0.5; " + reportX, 1, 1));
        startDriving(id);
        try {
            m_fixture->runner(id);
            QFAIL("two drivers on one experiment");
        } catch (const StoreError& error) {
            QCOMPARE(error.kind(), StoreError::Kind::Locked);
            QVERIFY(mentions(error.what(), m_fixture->host().name()));
            QVERIFY(mentions(error.what(), std::to_string(getpid())));
        }
        QTRY_VERIFY(isAt(id, 0, TrialState::Completed));
    }

    void announcesItself()
    {
        const std::int64_t id = m_fixture->add("beat", RunnerFixture::yaml("sleep 3; " + reportX, 1, 1));
        Database database(m_fixture->storeFile());
        startDriving(id);
        QTRY_VERIFY(driverInfo(database, id) && driverInfo(database, id)->running);
        const TimePoint first = driverInfo(database, id)->heartbeat;
        QTRY_VERIFY(driverInfo(database, id)->heartbeat > first);
        join();
        QVERIFY(!driverInfo(database, id)->running);
    }

    void givesTheLeaseBackWithoutHavingRun()
    {
        const std::int64_t id = m_fixture->add("one", RunnerFixture::yaml(reportX, 1, 1));
        Database database(m_fixture->storeFile());
        {
            const auto runner = m_fixture->runner(id);
            QVERIFY(driverInfo(database, id)->running);
        }
        QVERIFY(!driverInfo(database, id)->running);
        QCOMPARE(m_fixture->record(id).state, ExperimentState::Ready);
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
    }

    void leavesItsTrialsToTheNextDriver()
    {
        const std::int64_t id = m_fixture->add("left", RunnerFixture::yaml(counting(60), 2, 2));
        startDriving(id);
        QTRY_VERIFY_WITH_TIMEOUT(count(id, 0) > 3 && count(id, 1) > 3, 20'000);
        leave();
        QCOMPARE(m_fixture->record(id).state, ExperimentState::Running);
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
        for (const Trial& trial : m_fixture->trials(id)) {
            QCOMPARE(trial.attempt, 1);
            QCOMPARE(count(id, trial.number), 60U);
        }
    }

    void pausesATrialAndGoesOnFromItsCheckpoint()
    {
        const std::int64_t id = m_fixture->add("pause", RunnerFixture::yaml(counting(40), 1, 1));
        startDriving(id);
        QTRY_VERIFY_WITH_TIMEOUT(count(id, 0) > 5, 20'000);
        m_fixture->command(id, Command::Kind::PauseTrial, 0);
        QTRY_VERIFY_WITH_TIMEOUT(isAt(id, 0, TrialState::Paused), 20'000);
        const std::size_t before = count(id, 0);
        QVERIFY(before < 40);
        QCOMPARE(m_fixture->file(id, 0, trial_file::checkpoint), std::to_string(before) + '\n');
        m_fixture->command(id, Command::Kind::ResumeTrial, 0);
        join();
        QVERIFY(isAt(id, 0, TrialState::Completed));
        QCOMPARE(trial(id, 0).attempt, 2);
        QCOMPARE(m_fixture->file(id, 0, trial_file::output),
                 "begins after 0\nbegins after " + std::to_string(before - 2) + '\n');
        const Points points = m_fixture->points(id, 0, "loss");
        QCOMPARE(points.size(), 40U);
        for (std::size_t i = 0; i < points.size(); ++i)
            QCOMPARE(points.steps[i], i + 1);
    }

    void stopsAnExperimentAndKeepsItsValues()
    {
        const std::int64_t id = m_fixture->add("stop", RunnerFixture::yaml(counting(100'000), 9, 2));
        startDriving(id);
        QTRY_VERIFY_WITH_TIMEOUT(count(id, 0) > 1 && count(id, 1) > 1, 20'000);
        m_fixture->command(id, Command::Kind::Stop);
        join();
        QCOMPARE(m_fixture->record(id).state, ExperimentState::Stopped);
        for (const Trial& trial : m_fixture->trials(id)) {
            QCOMPARE(trial.state, TrialState::Stopped);
            QVERIFY(trial.objective);
        }
    }

    void takesUpWhatAPersonChanges()
    {
        const std::int64_t id = m_fixture->add("changed", RunnerFixture::yaml(counting(3), 100'000, 1));
        startDriving(id);
        QTRY_VERIFY_WITH_TIMEOUT(m_fixture->trials(id).size() > 1, 20'000);
        const std::string before = m_fixture->record(id).yaml;
        const std::string few = withValue(before, {"budget", "trials"}, "1");
        for (const std::string& text : {withValue(before, {"objective", "metric"}, "accuracy"), few})
            change(id, text);
        join();
        const ExperimentRecord record = m_fixture->record(id);
        QCOMPARE(record.state, ExperimentState::Completed);
        QCOMPARE(record.yaml, few);
        const std::vector<RecordedChange> changes = changesFromJson(record.changes);
        QCOMPARE(changes.size(), std::size_t(2));
        QVERIFY(mentions(changes[0].texts.at(0), "refused: "));
        QVERIFY(mentions(changes[0].texts.at(0), "objective.metric: loss → accuracy"));
        QCOMPARE(changes[1].texts.at(0), std::string("budget.trials: 100000 → 1"));
        QVERIFY(changes[1].time >= record.created);
    }

    /// What was asked for while nobody drove is the next driver's.
    void takesUpWhatWasChangedBefore()
    {
        const std::int64_t id = m_fixture->add("waiting", RunnerFixture::yaml(reportX, 9, 1));
        change(id, withValue(m_fixture->record(id).yaml, {"budget", "trials"}, "2"));
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
        QCOMPARE(m_fixture->trials(id).size(), std::size_t(2));
        QCOMPARE(changesFromJson(m_fixture->record(id).changes).size(), std::size_t(1));
    }

    void triesAFailedTrialAgainFromItsStart()
    {
        const std::string flaky =
            R"(echo '{{"step":'$WIDTHWISE_ATTEMPT',"metrics":{{"loss":1}}}}' >> metrics.jsonl; [ $WIDTHWISE_ATTEMPT = 2 ])";
        const std::int64_t id = m_fixture->add("retry", RunnerFixture::yaml(flaky, 1, 1));
        QCOMPARE(m_fixture->drive(id), ExperimentState::Failed);
        QCOMPARE(count(id, 0), 1U);
        m_fixture->command(id, Command::Kind::RetryTrial, 0);
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
        QCOMPARE(trial(id, 0).attempt, 2);
        const Points points = m_fixture->points(id, 0, "loss");
        QCOMPARE(points.size(), 1U);
        QCOMPARE(points.steps[0], 2U);
    }

    void isNotHeldUpByMillionsOfLines()
    {
        const std::string metrics =
            R"(seq 1 300000 | sed 's/.*/{{"step":&,"metrics":{{"loss":&,"b":0}}}}/' > metrics.jsonl; seq 1 1000000; sleep 1)";
        const std::int64_t id = m_fixture->add("flood", RunnerFixture::yaml(metrics, 1, 1));
        startDriving(id);
        QTRY_VERIFY_WITH_TIMEOUT(count(id, 0) > 0, 60'000);
        m_fixture->command(id, Command::Kind::Pause);
        QTRY_COMPARE_WITH_TIMEOUT(m_fixture->record(id).state, ExperimentState::Paused, 60'000);
        m_fixture->command(id, Command::Kind::Resume);
        join();
        QVERIFY(isAt(id, 0, TrialState::Completed));
        QCOMPARE(count(id, 0), 300'000U);
        QCOMPARE(m_fixture->points(id, 0, "b").size(), 300'000U);
    }

    void readsMetricsFromOutput()
    {
        std::string yaml = RunnerFixture::yaml("for i in 3 2 1; do echo \"epoch $i loss=0.$i\"; done", 1, 1);
        yaml.replace(yaml.find("space:"), 0, "  metrics: {collector: stdout, pattern: '(loss)=(\\S+)'}\n");
        const std::int64_t id = m_fixture->add("stdout", yaml);
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
        QCOMPARE(*trial(id, 0).objective, 0.1);
        QCOMPARE(count(id, 0), 3U);
    }

    void stopsATrialWhoseOutputIsNotFinite_data()
    {
        QTest::addColumn<std::string>("word");
        QTest::addColumn<std::string>("metrics");
        for (const char* word : {"nan", "inf", "-inf", "NaN"})
            for (const char* metrics :
                 {R"({collector: stdout, pattern: '(\w+)=([-+]?(?i:nan|inf)|[-+.\deE]+)'})",
                  "{collector: stdout}"})
                QTest::addRow("%s, %s", word, metrics) << std::string(word) << std::string(metrics);
    }

    void stopsATrialWhoseOutputIsNotFinite()
    {
        QFETCH(std::string, word);
        QFETCH(std::string, metrics);
        const Trial diverged = driveReading("echo loss=0.5; echo loss=" + word + "; exec sleep 100", metrics);
        QCOMPARE(diverged.state, TrialState::Diverged);
        QCOMPARE(count(1, 0), 2U);
    }

    void tellsOnceWhatBefellTheMetrics()
    {
        const Trial trial =
            driveReading("for s in 0 1 2 607500 3 4 5; do echo \"loss=0.$s step=$s\"; done; echo loss=0,532",
                         "{collector: stdout}");
        QCOMPARE(trial.state, TrialState::Completed);
        const std::string notices = toText(trial.notices);
        QVERIFY2(
            mentions(notices,
                     "values came out of order and were dropped, the first is loss at step 3 after 607500"),
            notices.c_str());
        QVERIFY2(mentions(notices, "line 8 of stdout.log has a number with a comma"), notices.c_str());
        QCOMPARE(trial.notices.size(), 2U);
        QCOMPARE(count(1, 0), 4U);
    }

    void saysThatTheFileOfTheMetricsWasNeverThere()
    {
        const Trial failed =
            driveReading("mkdir -p lightning_logs/version_1; "
                         "printf 'epoch,loss\\n0,5\\n' > lightning_logs/version_1/metrics.csv",
                         "{collector: csv, file: lightning_logs/version_0/metrics.csv}");
        QCOMPARE(failed.state, TrialState::Failed);
        QVERIFY2(mentions(failed.reason,
                          "the file lightning_logs/version_0/metrics.csv was never there; there is "
                          "lightning_logs/version_1/metrics.csv"),
                 failed.reason.c_str());
    }

    void followsTheFolderOfARetriedTrial()
    {
        const std::string lightning =
            R"(d=lightning_logs/version_$(ls lightning_logs | wc -l); mkdir -p $d; )"
            R"(printf "epoch,loss\n$WIDTHWISE_ATTEMPT,0.$WIDTHWISE_ATTEMPT\n" > $d/metrics.csv; [ $WIDTHWISE_ATTEMPT = 2 ])";
        std::string yaml = RunnerFixture::yaml("mkdir -p lightning_logs; " + lightning, 1, 1);
        yaml.replace(yaml.find("space:"), 0,
                     "  metrics: {collector: csv, file: lightning_logs/version_*/metrics.csv}\n");
        const std::int64_t id = m_fixture->add("versions", yaml);
        QCOMPARE(m_fixture->drive(id), ExperimentState::Failed);
        QVERIFY(m_fixture->points(id, 0, "loss").steps == std::vector<std::int64_t>{1});
        m_fixture->command(id, Command::Kind::RetryTrial, 0);
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
        QVERIFY(m_fixture->points(id, 0, "loss").steps == std::vector<std::int64_t>{2});
    }

    void readsMetricsFromAFileOfText()
    {
        const Trial trial = driveReading("printf 'train_loss=0.7 loss=0.5 step=5000000000\\n' > train.log",
                                         "{collector: text, file: train.log}");
        QCOMPARE(trial.state, TrialState::Completed);
        QCOMPARE(*trial.objectiveStep, 5'000'000'000);
        QCOMPARE(m_fixture->points(1, 0, "train_loss").size(), 1U);
    }

    void readsMetricsFromACsvFileThatIsWrittenAnew()
    {
        std::string yaml = RunnerFixture::yaml("printf 'step,loss\\n1,5\\n2,4\\n' > m.csv; sleep 0.5; printf "
                                               "'step,loss,acc\\n1,5,\\n2,4,\\n3,3,0.9\\n' > m.csv",
                                               1, 1);
        yaml.replace(yaml.find("space:"), 0, "  metrics: {collector: csv, file: m.csv}\n");
        const std::int64_t id = m_fixture->add("csv", yaml);
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
        QCOMPARE(count(id, 0), 3U);
        QCOMPARE(m_fixture->points(id, 0, "acc").size(), 1U);
    }

    void losesATrialWhoseFolderWasRemoved()
    {
        const std::int64_t id = m_fixture->add("removed", RunnerFixture::yaml("sleep 1; " + reportX, 1, 1));
        startDriving(id);
        QTRY_VERIFY(isAt(id, 0, TrialState::Running));
        std::filesystem::remove_all(m_fixture->directory(id, 0));
        QTRY_VERIFY_WITH_TIMEOUT(isAt(id, 0, TrialState::Failed), 30'000);
    }
};

QTEST_APPLESS_MAIN(TestRunner)
#include "tst_runner.moc"
