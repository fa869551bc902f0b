// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/process_launcher.h"
#include "tests/core/host/wrapped_host.h"

#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <filesystem>
#include <fstream>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

/// This machine with as many CPUs and GPUs as a test wants, and a disk that can be full.
class StagedHost final : public WrappedHost {
public:
    void writeFile(const std::string& path, std::string_view contents) override
    {
        if (full)
            throw HostError("cannot write " + path + ": No space left on device");
        WrappedHost::writeFile(path, contents);
    }
    Inventory inventory() override { return {2, 1000, {{"0", "H200"}, {"1", "H200"}}}; }

    bool full = false;
};

} // namespace

class TestProcessLauncher : public QObject {
    Q_OBJECT

    StagedHost m_host;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ProcessLauncher> m_launcher;
    std::map<int, std::string> m_started;
    std::map<int, TrialExit> m_exited;

    LaunchRequest request(int trial, const std::string& command)
    {
        LaunchRequest request;
        request.trial = trial;
        request.directory = m_folder->path().toStdString() + '/' + std::to_string(trial);
        request.command = command;
        request.config = "{}";
        request.metricsFile = "metrics.jsonl";
        request.environment = {{"WIDTHWISE_TRIAL_DIR", request.directory}};
        return request;
    }

    std::string file(int trial, const std::string& name) const
    {
        std::ifstream stream(m_folder->path().toStdString() + '/' + std::to_string(trial) + '/' + name);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    std::int64_t number(int trial, const std::string& name) const
    {
        return std::stoll("0" + file(trial, name));
    }

    void poll(std::chrono::milliseconds patience = 50ms)
    {
        for (const LaunchEvent& event : m_launcher->poll(patience)) {
            if (const auto* started = std::get_if<launch::Started>(&event)) {
                QVERIFY2(!m_started.contains(started->trial), "started twice");
                m_started[started->trial] = started->device;
            } else if (const auto* exited = std::get_if<launch::Exited>(&event)) {
                QVERIFY2(!m_exited.contains(exited->trial), "ended twice");
                m_exited[exited->trial] = exited->exit;
            }
        }
    }

    bool pollUntil(const std::function<bool()>& done, std::chrono::seconds limit = 30s)
    {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!done() && std::chrono::steady_clock::now() < end)
            poll();
        return done();
    }

    /// Both the wrapper and the program, whose traps are set then, have said so.
    bool pollUntilReady(int trial)
    {
        return pollUntil(
            [=, this] { return m_started.contains(trial) && file(trial, "stdout.log") == "ready\n"; });
    }

    bool pollUntilExited(int trial)
    {
        return pollUntil([=, this] { return m_exited.contains(trial); });
    }

    static bool runs(std::int64_t pid)
    {
        std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
        const std::string text{std::istreambuf_iterator<char>(stream(stat)), {}};
        return !text.empty() && text.find(") Z ") == std::string::npos;
    }
    static std::ifstream& stream(std::ifstream& s) { return s; }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_host.full = false;
        m_started.clear();
        m_exited.clear();
        m_launcher = std::make_unique<ProcessLauncher>(m_host);
    }

    void startsAndTellsTheEnd()
    {
        m_launcher->start(request(4, "cat config.json; exit 0"));
        QVERIFY(pollUntilExited(4));
        QCOMPARE(m_started.at(4), "cpu");
        QCOMPARE(m_exited.at(4), (TrialExit{TrialExit::Kind::Succeeded, {}}));
        QCOMPARE(file(4, "stdout.log"), "{}");
    }

    void givesTheLastLineOfOutputAsTheReason()
    {
        m_launcher->start(request(0, "echo start; echo 'cannot open jets.h5' >&2; exit 3"));
        QVERIFY(pollUntilExited(0));
        QCOMPARE(m_exited.at(0),
                 (TrialExit{TrialExit::Kind::Failed, "cannot open jets.h5 (ended with exit code 3)"}));
    }

    void keepsTrialsWithoutASlotWaiting()
    {
        for (int i = 0; i < 3; ++i)
            m_launcher->start(request(i, "while [ ! -e go ]; do sleep 0.02; done"));
        QVERIFY(pollUntil([this] { return m_started.size() == 2; }));
        poll(300ms);
        QCOMPARE(m_started.size(), 2U);
        QVERIFY(!m_started.contains(2));
        std::ofstream(m_folder->filePath(QStringLiteral("0/go")).toStdString());
        QVERIFY(pollUntil([this] { return m_started.contains(2); }));
        QVERIFY(m_exited.contains(0));
        for (const char* name : {"1/go", "2/go"})
            std::ofstream(m_folder->path().toStdString() + '/' + name);
        QVERIFY(pollUntil([this] { return m_exited.size() == 3; }));
    }

    void givesEachTrialItsGpu()
    {
        for (int i = 0; i < 2; ++i) {
            LaunchRequest gpu = request(i, "echo $CUDA_VISIBLE_DEVICES; sleep 0.2");
            gpu.resources.gpus = 1;
            m_launcher->start(gpu);
        }
        QVERIFY(pollUntil([this] { return m_exited.size() == 2; }));
        QCOMPARE(m_started.at(0), "cuda:0");
        QCOMPARE(m_started.at(1), "cuda:1");
        QCOMPARE(file(0, "stdout.log"), "0\n");
        QCOMPARE(file(1, "stdout.log"), "1\n");
    }

    void hidesGpusFromATrialThatAskedForNone()
    {
        m_launcher->start(request(0, "echo \"[${CUDA_VISIBLE_DEVICES-unset}]\""));
        QVERIFY(pollUntilExited(0));
        QCOMPARE(file(0, "stdout.log"), "[]\n");
    }

    void refusesWhatNeverFits()
    {
        LaunchRequest large = request(0, "true");
        large.resources.cpus = 3;
        m_launcher->start(large);
        m_launcher->start(request(1, "true"));
        QVERIFY(pollUntilExited(1));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Unstarted);
        QVERIFY(m_exited.at(0).reason.find("3 CPUs") != std::string::npos);
        QVERIFY(!m_started.contains(0));
    }

    void asksATrialToStop()
    {
        m_launcher->start(request(
            0, "sh -c 'trap \"cat control; exit 0\" TERM; echo ready; while :; do sleep 0.02; done'"));
        QVERIFY(pollUntilReady(0));
        m_launcher->requestStop(0);
        QVERIFY(pollUntilExited(0));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Succeeded);
        QCOMPARE(file(0, "stdout.log"), "ready\nstop\n");
    }

    void remembersThatAnEarlierLauncherAskedATrialToStop()
    {
        const LaunchRequest asked =
            request(0, "trap 'exit 0' TERM; echo ready; while :; do sleep 0.02; done");
        m_launcher->start(asked);
        QVERIFY(pollUntilReady(0));
        m_launcher->requestStop(0);
        poll(0ms);
        m_started.clear();
        m_launcher = std::make_unique<ProcessLauncher>(m_host);
        m_launcher->adopt(asked);
        QVERIFY(pollUntilExited(0));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Succeeded);
    }

    void doesNotTakeWhatTheMachineEndedForComplete_data()
    {
        QTest::addColumn<std::string>("command");
        QTest::newRow("ends well") << std::string(
            "trap 'exit 0' TERM; echo ready; while :; do sleep 0.02; done");
        QTest::newRow("ends by the signal") << std::string("echo ready; exec sleep 100");
    }

    void doesNotTakeWhatTheMachineEndedForComplete()
    {
        QFETCH(std::string, command);
        m_launcher->start(request(0, command));
        QVERIFY(pollUntilReady(0));
        const auto status = parseTrialStatus(file(0, "status.json"));
        QVERIFY(status);
        kill(static_cast<pid_t>(status->wrapperPid), SIGTERM);
        QVERIFY(pollUntilExited(0));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Interrupted);
    }

    void neverStartsATrialThatWasStoppedWhileItWaited()
    {
        m_launcher->start(request(0, "true"));
        m_launcher->requestStop(0);
        QVERIFY(pollUntilExited(0));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Unstarted);
        QVERIFY(!std::filesystem::exists(m_folder->path().toStdString() + "/0"));
    }

    void killsTheWholeFamily()
    {
        m_launcher->start(
            request(0, "trap '' TERM; (sleep 100 & echo $! > grandchild; wait) & echo $! > child; wait"));
        QVERIFY(pollUntil([this] {
            return m_started.contains(0) && number(0, "child") > 0 && number(0, "grandchild") > 0;
        }));
        const std::int64_t child = number(0, "child");
        const std::int64_t grandchild = number(0, "grandchild");
        QVERIFY(runs(child) && runs(grandchild));
        m_launcher->kill(0);
        QVERIFY(pollUntilExited(0));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Failed);
        QVERIFY(m_exited.at(0).reason.find("signal 9") != std::string::npos);
        QTRY_VERIFY(!runs(child) && !runs(grandchild));
    }

    void noticesThatAWrapperWasKilledAndEndsItsProgram()
    {
        m_launcher->start(request(0, "echo $$ > program; sleep 100"));
        QVERIFY(pollUntil([this] { return m_started.contains(0) && number(0, "program") > 0; }));
        const auto status = parseTrialStatus(file(0, "status.json"));
        ::kill(static_cast<pid_t>(status->wrapperPid), SIGKILL);
        QVERIFY(pollUntilExited(0));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Lost);
        QVERIFY(m_exited.at(0).reason.find("vanished without an exit code") != std::string::npos);
        QTRY_VERIFY(!runs(number(0, "program")));
    }

    void adoptsWhatRuns()
    {
        const LaunchRequest running = request(0, "echo run >> runs; while [ ! -e go ]; do sleep 0.02; done");
        m_launcher->start(running);
        QVERIFY(pollUntil([this] { return m_started.contains(0); }));
        m_started.clear();
        m_launcher = std::make_unique<ProcessLauncher>(m_host);
        m_launcher->adopt(running);
        m_launcher->start(request(1, "sleep 0.1"));
        m_launcher->start(request(2, "sleep 0.1"));
        QVERIFY(pollUntil([this] { return m_exited.contains(1); }));
        QVERIFY(m_started.contains(0));
        QVERIFY(!m_exited.contains(0));
        std::ofstream(m_folder->path().toStdString() + "/0/go");
        QVERIFY(pollUntil([this] { return m_exited.size() == 3; }));
        QCOMPARE(file(0, "runs"), "run\n");
    }

    void adoptsWhatHasEndedMeanwhile()
    {
        const LaunchRequest ended = request(0, "echo run >> runs; exit 5");
        m_launcher->start(ended);
        QVERIFY(pollUntilExited(0));
        m_started.clear();
        m_exited.clear();
        m_launcher = std::make_unique<ProcessLauncher>(m_host);
        m_launcher->adopt(ended);
        QVERIFY(pollUntilExited(0));
        QVERIFY(m_started.contains(0));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Failed);
        QCOMPARE(file(0, "runs"), "run\n");
    }

    void startsWhatWasNeverStarted()
    {
        m_launcher->adopt(request(0, "echo run >> runs"));
        QVERIFY(pollUntilExited(0));
        QCOMPARE(file(0, "runs"), "run\n");
    }

    void tellsAnEarlierAttemptFromThisOne()
    {
        m_launcher->start(request(0, "exit 1"));
        QVERIFY(pollUntilExited(0));
        m_started.clear();
        m_exited.clear();
        LaunchRequest second = request(0, "exit 0");
        second.attempt = 2;
        m_launcher->start(second);
        QVERIFY(pollUntilExited(0));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Succeeded);
    }

    void knowsThatTheMachineWasRestarted()
    {
        const LaunchRequest lost = request(0, "true");
        TrialStatus before;
        std::string host;
        std::ifstream("/proc/sys/kernel/hostname") >> host;
        m_host.writeFile(lost.directory + "/status.json",
                         "{\"phase\":\"started\",\"attempt\":1,\"pid\":" + std::to_string(getpid()) +
                             ",\"start_ticks\":1,\"program\":999999,\"boot_id\":\"another\",\"host\":\"" +
                             host +
                             "\",\"device\":\"cpu\",\"started_at\":1,\"heartbeat_at\":1,\"exit_code\":0}\n");
        m_launcher->adopt(lost);
        QVERIFY(pollUntilExited(0));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Lost);
        QVERIFY(m_exited.at(0).reason.find("restarted") != std::string::npos);
    }

    void doesNotTakeAnUnseenMachinesSilenceForAnEnd()
    {
        const LaunchRequest elsewhere = request(0, "true");
        m_host.writeFile(
            elsewhere.directory + "/status.json",
            "{\"phase\":\"started\",\"attempt\":1,\"pid\":999999,\"start_ticks\":1,\"program\":999999,"
            "\"boot_id\":\"b\",\"host\":\"another-machine\",\"device\":\"cpu\",\"started_at\":1,"
            "\"heartbeat_at\":1,\"exit_code\":0}\n");
        m_launcher->adopt(elsewhere);
        QVERIFY(pollUntil([this] { return m_started.contains(0); }));
        poll(3s);
        QVERIFY(m_exited.empty());
    }

    void waitsForSpaceOnAFullDisk()
    {
        m_host.full = true;
        m_launcher->start(request(0, "true"));
        poll();
        QVERIFY(m_launcher->notice().find("No space left") != std::string::npos);
        QVERIFY(m_exited.empty());
        m_host.full = false;
        QVERIFY(pollUntilExited(0));
        QCOMPARE(m_exited.at(0).kind, TrialExit::Kind::Succeeded);
        QCOMPARE(m_launcher->notice(), "");
    }
};

QTEST_APPLESS_MAIN(TestProcessLauncher)
#include "tst_process_launcher.moc"
