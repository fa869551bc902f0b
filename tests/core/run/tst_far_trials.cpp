// SPDX-License-Identifier: GPL-3.0-or-later
// What a driver reads of trials on another machine, and when.
#include "core/store/outputs.h"
#include "core/store/watches.h"
#include "tests/core/run/far_host.h"
#include "tests/core/run/runner_fixture.h"

#include <QTest>
#include <algorithm>
#include <thread>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

/// Reports and prints the steps 1, 2, … until `go` says otherwise, and then fails.
const std::string countingProgram =
    "i=0\n"
    "while [ -e \"$1\" ]; do\n"
    "    i=$((i+1))\n"
    "    echo '{\"step\":'$i',\"metrics\":{\"loss\":'$i'}}' >> metrics.jsonl\n"
    "    echo \"step $i\"\n"
    "    sleep 0.02\n"
    "done\n"
    "echo 'cannot go on' >&2\n"
    "exit 3\n";

std::size_t lines(const std::string& text)
{
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

} // namespace

class TestFarTrials : public QObject {
    Q_OBJECT

    std::unique_ptr<RunnerFixture> m_fixture;
    std::unique_ptr<FarHost> m_host;
    std::unique_ptr<Runner> m_runner;
    std::thread m_thread;
    std::int64_t m_id = 0;

    std::string goFile() const { return m_fixture->folder() + "/go"; }

    /// Drives `trials` at a time, reading hardly ever unless it is watched.
    void drive(int trials, const std::string& more = {})
    {
        const std::string script = m_fixture->folder() + "/program.sh";
        m_fixture->host().writeFile(script, countingProgram);
        m_fixture->host().writeFile(goFile(), "");
        m_id =
            m_fixture->add("far", RunnerFixture::yaml("sh " + script + ' ' + goFile(), trials, trials, more));
        Runner::Options options{m_fixture->storeFile(), m_id, {}};
        options.readPause = 20ms;
        options.idlePause = 1h;
        m_runner = std::make_unique<Runner>(options, std::make_unique<ProcessLauncher>(*m_host), *m_host,
                                            m_fixture->clock());
        m_thread = std::thread([this] { m_runner->run(); });
    }
    void endTrials() const { std::filesystem::remove(goFile()); }
    void join()
    {
        if (m_thread.joinable())
            m_thread.join();
        m_runner.reset();
    }

    void watch(int trial, std::chrono::seconds lasts = 1h)
    {
        Database database(m_fixture->storeFile());
        Watches(database).set("test", m_id, {trial, m_fixture->clock().now() + lasts});
    }
    bool isWatched()
    {
        Database database(m_fixture->storeFile());
        return !Watches(database).of(m_id, m_fixture->clock().now()).empty();
    }
    void lookAway()
    {
        Database database(m_fixture->storeFile());
        Watches(database).end("test");
    }
    std::size_t written(int trial) { return lines(m_fixture->file(m_id, trial, trial_file::metrics)); }
    std::size_t stored(int trial) { return m_fixture->points(m_id, trial, "loss").size(); }
    std::optional<OutputTail> output(int trial)
    {
        Database database(m_fixture->storeFile());
        const auto record = Trials(database).find(m_id, trial);
        return record ? Outputs(database).find(record->id) : std::nullopt;
    }
    DriverInfo driver()
    {
        Database database(m_fixture->storeFile());
        return driverInfo(database, m_id).value_or(DriverInfo{});
    }
    bool allRun(int trials)
    {
        const std::vector<Trial> all = m_fixture->trials(m_id);
        return std::ranges::count(all, TrialState::Running, &Trial::state) == trials;
    }
    /// Waits until the trial has written so many lines more.
    void letWrite(int trial, std::size_t more)
    {
        const std::size_t target = written(trial) + more;
        QTRY_VERIFY_WITH_TIMEOUT(written(trial) >= target, 60'000);
    }
    int metricReads() const { return m_host->reads("metrics.jsonl"); }

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<RunnerFixture>();
        m_host = std::make_unique<FarHost>();
    }
    void cleanup()
    {
        m_host->set(FarHost::Link::Up);
        endTrials();
        if (m_runner)
            m_runner->leave();
        join();
        m_host.reset();
        m_fixture.reset();
    }

    void readsWhileSomebodyLooks()
    {
        drive(2);
        QTRY_VERIFY_WITH_TIMEOUT(allRun(2), 60'000);
        const int idle = metricReads(); // where it began just as the driver did
        letWrite(0, 50);
        QCOMPARE(metricReads(), idle);

        watch(-1);
        QTRY_VERIFY_WITH_TIMEOUT(metricReads() > idle + 10, 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(stored(0) > 20 && stored(1) > 20, 60'000);
        QCOMPARE(m_host->reads("stdout.log"), 0); // nobody looks at one trial

        lookAway();
        letWrite(0, 20); // it may have been about to read
        const int before = metricReads();
        letWrite(0, 50);
        QCOMPARE(metricReads(), before);
        QVERIFY(stored(0) < written(0));
    }

    void aWatchThatIsNotRenewedEnds()
    {
        drive(1);
        QTRY_VERIFY_WITH_TIMEOUT(allRun(1), 60'000);
        const int idle = metricReads();
        watch(0, 5s);
        QTRY_VERIFY_WITH_TIMEOUT(metricReads() > idle + 1, 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(!isWatched(), 60'000);
        letWrite(0, 20); // it may have been about to read
        const int before = metricReads();
        letWrite(0, 50);
        QCOMPARE(metricReads(), before);
    }

    void readsTheOutputOfTheTrialThatIsLookedAt()
    {
        drive(2);
        QTRY_VERIFY_WITH_TIMEOUT(allRun(2), 60'000);
        watch(1);
        QTRY_VERIFY_WITH_TIMEOUT(output(1) && lines(output(1)->bytes) > 20, 60'000);
        QVERIFY(output(1)->bytes.starts_with("step 1\nstep 2\n"));
        QCOMPARE(output(1)->attempt, 1);
        QVERIFY(!output(0));
        watch(0);
        QTRY_VERIFY_WITH_TIMEOUT(output(0), 60'000);
    }

    void keepsTheEndOfWhatAFailedTrialPrinted()
    {
        drive(1);
        QTRY_VERIFY_WITH_TIMEOUT(allRun(1), 60'000);
        letWrite(0, 5);
        endTrials();
        QTRY_VERIFY_WITH_TIMEOUT(m_fixture->trials(m_id).front().state == TrialState::Failed, 60'000);
        QVERIFY(output(0)); // as soon as it is known to have failed
        QCOMPARE(output(0)->bytes, m_fixture->file(m_id, 0, trial_file::output));
        QVERIFY(output(0)->bytes.ends_with("cannot go on\n"));
        QCOMPARE(stored(0), written(0));
    }

    void losesNothingWhileTheLinkIsDown()
    {
        drive(2);
        QTRY_VERIFY_WITH_TIMEOUT(allRun(2), 60'000);
        watch(0);
        for (int i = 0; i < 3; ++i) {
            QTRY_VERIFY_WITH_TIMEOUT(stored(0) + 10 > written(0), 60'000);
            m_host->set(FarHost::Link::Down);
            QTRY_VERIFY(driver().link && driver().link->state == SiteLink::State::Lost);
            QCOMPARE(QString::fromStdString(driver().link->reason), QStringLiteral("the link is down"));
            letWrite(0, 10);
            m_host->set(FarHost::Link::Up);
        }
        endTrials();
        join();
        for (int trial = 0; trial < 2; ++trial) {
            const Points points = m_fixture->points(m_id, trial, "loss");
            QCOMPARE(points.size(), written(trial));
            for (std::size_t i = 0; i < points.size(); ++i)
                QCOMPARE(points.values[i], double(i + 1));
            QVERIFY(output(trial)->bytes.ends_with("cannot go on\n"));
        }
    }

    void beatsWhileTheHostHangs()
    {
        drive(1);
        QTRY_VERIFY_WITH_TIMEOUT(allRun(1), 60'000);
        QCOMPARE(QString::fromStdString(driver().place.host), QStringLiteral("far"));
        letWrite(0, 5);
        const int before = metricReads();
        m_host->set(FarHost::Link::Hanging);
        watch(0);
        for (int beat = 0; beat < 2; ++beat) {
            const TimePoint last = driver().heartbeat;
            QTRY_VERIFY_WITH_TIMEOUT(driver().heartbeat > last, 60'000);
        }
        QCOMPARE(metricReads(), before);
    }

    void aSchedulerIsToldSoon()
    {
        drive(1, "schedule: {type: median}\n");
        QTRY_VERIFY_WITH_TIMEOUT(stored(0) > 0, 60'000);
    }

    void readsNoOutputOfThisMachine()
    {
        const std::int64_t id = m_fixture->add(
            "near", RunnerFixture::yaml("echo hello; echo '{{\"step\":1,\"metrics\":{{\"loss\":1}}}}' "
                                        ">> metrics.jsonl",
                                        1, 1));
        QCOMPARE(m_fixture->drive(id), ExperimentState::Completed);
        Database database(m_fixture->storeFile());
        QVERIFY(!Outputs(database).find(Trials(database).find(id, 0)->id));
        QVERIFY(driverInfo(database, id)->place == TrialsPlace{});
    }
};

QTEST_GUILESS_MAIN(TestFarTrials)
#include "tst_far_trials.moc"
