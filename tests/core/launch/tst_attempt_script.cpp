// SPDX-License-Identifier: GPL-3.0-or-later
// The wrapper script, run by a real shell.
#include "core/host/local_host.h"
#include "core/host/shell.h"
#include "core/launch/attempt_script.h"
#include "core/launch/slurm/slurm_script.h"
#include "core/launch/trial_directory.h"

#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <filesystem>
#include <fstream>

using namespace widthwise;
using namespace std::chrono_literals;

class TestAttemptScript : public QObject {
    Q_OBJECT

    LocalHost m_host;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_directory;

    LaunchRequest request(const std::string& command, int attempt = 1, bool continues = false)
    {
        LaunchRequest request;
        request.attempt = attempt;
        request.continues = continues;
        request.directory = m_directory;
        request.command = command;
        request.metricsFile = "metrics.jsonl";
        request.environment = {{"WIDTHWISE_TRIAL_DIR", m_directory}, {"GREETING", "it's $HOME"}};
        if (continues)
            request.environment.emplace_back("WIDTHWISE_CHECKPOINT", m_directory + "/checkpoint.pt");
        m_host.writeFile(attemptScriptPath(request),
                         attemptScript(request, "cuda:1", {{"CUDA_VISIBLE_DEVICES", "1"}}));
        return request;
    }

    static std::string background(const LaunchRequest& request)
    {
        return "setsid sh " + shellQuoted(attemptScriptPath(request)) + " </dev/null >/dev/null 2>&1 &";
    }

    /// Runs the attempt to its end.
    void run(const LaunchRequest& request)
    {
        QCOMPARE(m_host.run("setsid sh " + shellQuoted(attemptScriptPath(request)), 30s).exitCode, 0);
    }

    std::string file(const std::string& name) const
    {
        std::ifstream stream(m_directory + '/' + name);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    std::optional<TrialStatus> status() const { return parseTrialStatus(file("status.json")); }
    bool started() const { return status().has_value(); }
    static pid_t eldestChild(pid_t process)
    {
        const std::string number = std::to_string(process);
        std::ifstream children("/proc/" + number + "/task/" + number + "/children");
        pid_t eldest = 0;
        children >> eldest;
        return eldest;
    }
    bool exited() const { return status() && status()->phase == TrialStatus::Phase::Exited; }

    /// A program that says which signals it hears, once it has run `beginning`.
    static std::string listener(int code, const std::string& beginning = ":")
    {
        return "sh -c " + shellQuoted("trap 'echo saved; exit " + std::to_string(code) +
                                      "' TERM; trap 'echo checkpoint' USR1; " + beginning +
                                      "; echo ready; while :; do sleep 0.05; done");
    }
    /// Runs the attempt of one, whose wrapper is told of both signals.
    void signalWrapper(const LaunchRequest& listening)
    {
        m_host.run(background(listening), 10s);
        QTRY_COMPARE_WITH_TIMEOUT(file("stdout.log"), "ready\n", 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(started(), 20'000);
        const auto wrapper = static_cast<pid_t>(status()->wrapperPid);
        kill(wrapper, SIGUSR1);
        QTRY_COMPARE_WITH_TIMEOUT(file("stdout.log"), "ready\ncheckpoint\n", 20'000);
        QVERIFY(!exited());
        kill(wrapper, SIGTERM);
        QTRY_VERIFY_WITH_TIMEOUT(exited(), 20'000);
        QCOMPARE(file("stdout.log"), "ready\ncheckpoint\nsaved\n");
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_directory = m_folder->path().toStdString() + "/a trial's";
    }

    void tellsOfAGoodEnd()
    {
        run(request("echo \"$GREETING\"; echo again >&2"));
        QVERIFY(exited());
        QCOMPARE(status()->exitCode, 0);
        QVERIFY(!status()->terminated);
        QCOMPARE(status()->attempt, 1);
        QCOMPARE(status()->device, "cuda:1");
        QVERIFY(!status()->bootId.empty() && !status()->host.empty());
        QVERIFY(status()->startedAt > 1'700'000'000 && status()->heartbeatAt >= status()->startedAt);
        QCOMPARE(file("stdout.log"), "it's $HOME\nagain\n");
    }

    /// A copy begins from what the other trial left, and keeps it whatever becomes of that.
    void takesOverAnothersCheckpoint()
    {
        const std::string other = m_folder->path().toStdString() + "/the other's/step-10";
        std::filesystem::create_directories(other);
        std::ofstream(other + "/checkpoint.pt") << "theirs";
        const auto runCopy = [&](int attempt) {
            LaunchRequest copy =
                request("cat checkpoint.pt.start/checkpoint.pt; echo >>checkpoint.pt mine", attempt);
            copy.startFrom = other;
            copy.keep = "step-20";
            m_host.writeFile(attemptScriptPath(copy), attemptScript(copy, "", {}));
            run(copy);
        };
        runCopy(1);
        QCOMPARE(file("stdout.log"), "theirs");
        QCOMPARE(file("step-20/checkpoint.pt"), "mine\n");
        std::filesystem::remove_all(other);
        runCopy(2);
        QCOMPARE(file("stdout.log"), "theirs");
        QCOMPARE(file("step-20/checkpoint.pt"), "mine\n");
    }

    /// The program is told where it would be, and says so.
    void aMissingCheckpointIsInTheLog()
    {
        LaunchRequest copy = request("[ -e checkpoint.pt.start ] || exit 3");
        copy.startFrom = "/nowhere/step-10";
        m_host.writeFile(attemptScriptPath(copy), attemptScript(copy, "", {}));
        run(copy);
        QCOMPARE(status()->exitCode, 3);
        QVERIFY2(file("stdout.log").find("/nowhere/step-10") != std::string::npos,
                 file("stdout.log").c_str());
    }

    void tellsExitCodesAndSignals_data()
    {
        QTest::addColumn<std::string>("command");
        QTest::addColumn<int>("code");
        QTest::newRow("code") << std::string("exit 7") << 7;
        QTest::newRow("missing") << std::string("/nowhere/program") << 127;
        QTest::newRow("segfault") << std::string("sh -c 'kill -SEGV $$'") << 139;
        QTest::newRow("killed") << std::string("kill -KILL $$") << 137;
        QTest::newRow("syntax") << std::string("if") << 2;
    }

    void tellsExitCodesAndSignals()
    {
        QFETCH(std::string, command);
        QFETCH(int, code);
        run(request(command));
        QVERIFY(exited());
        QCOMPARE(status()->exitCode, code);
    }

    /// A program that ends by a signal right behind a value without a newline.
    void addsNothingToWhatTheProgramPrintedLast_data()
    {
        QTest::addColumn<std::string>("command");
        QTest::addColumn<std::string>("output");
        const std::string program = "sh -c 'printf loss=0.4; kill -s TERM $$'";
        QTest::newRow("program") << program << std::string("loss=0.4");
        QTest::newRow("killed") << std::string("/bin/sh -c 'printf loss=0.4; kill -s KILL $$'")
                                << std::string("loss=0.4");
        QTest::newRow("crashed") << std::string("ulimit -c 0; sh -c 'printf loss=0.4; kill -s SEGV $$'")
                                 << std::string("loss=0.4");
        QTest::newRow("behind others") << "cd . && export X=1; A=1 " + program << std::string("loss=0.4");
        QTest::newRow("redirected") << program + " 2>&1" << std::string("loss=0.4");
        QTest::newRow("lines") << "echo start\n" + program + " \\\n  more\n"
                               << std::string("start\nloss=0.4");
        QTest::newRow("pipeline") << program + " | cat" << std::string("loss=0.4");
        QTest::newRow("end of a pipeline") << "echo x |\n" + program << std::string("loss=0.4");
        QTest::newRow("variable") << std::string(
                                         "P=sh; ${P} -c 'printf \"loss=0.4 ${X:-}\"; kill -s TERM $$'")
                                  << std::string("loss=0.4 ");
        QTest::newRow("builtin") << std::string("printf loss=0.4; kill -s TERM $$")
                                 << std::string("loss=0.4");
        QTest::newRow("own message") << std::string("printf loss=0.4; sh -c 'echo no >&2'")
                                     << std::string("loss=0.4no\n");
    }

    void addsNothingToWhatTheProgramPrintedLast()
    {
        QFETCH(std::string, command);
        QFETCH(std::string, output);
        run(request(command));
        QCOMPARE(file("stdout.log"), output);
        for (const std::string& container : {std::string(), std::string("env CONTAINED=1")}) {
            LaunchRequest asked = request(command);
            asked.attempt = container.empty() ? 2 : 3;
            asked.container = container;
            m_host.writeFile(attemptScriptPath(asked), slurmAttemptScript(asked));
            run(asked);
            QCOMPARE(file("stdout.log"), output);
        }
    }

    /// What the wrapper itself has to say begins a line of its own.
    void leavesTheLastLineToTheProgram()
    {
        LaunchRequest kept = request("mkdir checkpoint.pt; printf loss=0.4");
        kept.keep = "checkpoint.pt/within"; // no folder can be copied into itself
        m_host.writeFile(attemptScriptPath(kept), attemptScript(kept, "", {}));
        run(kept);
        QVERIFY2(file("stdout.log").starts_with("loss=0.4\ncp: "), file("stdout.log").c_str());
    }

    void startsTheProgramOnceHoweverOftenItIsRun()
    {
        const LaunchRequest attempt = request("echo run >> runs; sleep 0.3");
        std::string all;
        for (int i = 0; i < 10; ++i)
            all += background(attempt) + '\n';
        m_host.run(all, 10s);
        QTRY_VERIFY_WITH_TIMEOUT(exited(), 20'000);
        run(attempt);
        QCOMPARE(file("runs"), "run\n");
    }

    void handsSignalsToTheProgramAndWaitsForIt_data()
    {
        QTest::addColumn<std::string>("command");
        QTest::newRow("program") << listener(0);
        QTest::newRow("one of several commands") << "true; " + listener(0) + "; echo not this";
    }

    void handsSignalsToTheProgramAndWaitsForIt()
    {
        QFETCH(std::string, command);
        signalWrapper(request(command));
        QCOMPARE(status()->exitCode, 0);
    }

    /// As proctrack/linuxproc of SLURM does it, but so slowly that the wrapper is over before its turn comes.
    void knowsThatItsWholeJobWasSignalled()
    {
        m_host.run(background(request("trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done")), 10s);
        QTRY_COMPARE_WITH_TIMEOUT(file("stdout.log"), "ready\n", 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(started(), 20'000);
        const pid_t ticker = eldestChild(static_cast<pid_t>(status()->wrapperPid));
        QTRY_VERIFY(eldestChild(ticker) > 0);
        kill(eldestChild(ticker), SIGTERM);
        kill(static_cast<pid_t>(status()->programPid), SIGTERM);
        QTRY_VERIFY_WITH_TIMEOUT(exited(), 20'000);
        QCOMPARE(status()->exitCode, 0);
        QVERIFY(status()->terminated);
    }

    /// As proctrack/cgroup of SLURM does it: no more than the first process of a task is signalled.
    void handsSignalsToTheTasksOfSeveralNodes()
    {
        LaunchRequest asked = request(listener(3));
        asked.resources.nodes = asked.tasks = 2;
        asked.environment.emplace_back("PATH", m_directory + "/bin:" + qgetenv("PATH").toStdString());
        m_host.writeFile(m_directory + "/bin/srun",
                         "#!/bin/sh\nuntil [ \"$1\" = sh ]; do shift; done\n\"$@\" &\n"
                         "echo $! > task\nwait $!\n");
        m_host.writeFile(m_directory + "/bin/scancel",
                         "#!/bin/sh\nread -r task <task\nkill -s \"${2#--signal=}\" \"$task\"\n");
        m_host.run("chmod +x " + shellQuoted(m_directory) + "/bin/*", 10s);
        m_host.writeFile(attemptScriptPath(asked), slurmAttemptScript(asked));
        signalWrapper(asked);
        QCOMPARE(status()->exitCode, 3);
        QVERIFY(status()->terminated);
    }

    /// The container's own program, as apptainer's, starts the command and forwards signals to that alone.
    void handsSignalsIntoAContainer()
    {
        LaunchRequest asked = request("true; " + listener(3, "echo \"$WITHIN, $GREETING\" >within"));
        const std::string contain = m_directory + "/contain";
        m_host.writeFile(contain, "export WITHIN=$1; shift; cd /\n\"$@\" &\n"
                                  "trap 'kill -s TERM $!' TERM; trap 'kill -s USR1 $!' USR1\n"
                                  "while wait $!; code=$?; [ $code -gt 128 ]; do :; done\nexit $code\n");
        asked.container = "sh " + shellQuoted(contain) + " 'an image'";
        m_host.writeFile(attemptScriptPath(asked), slurmAttemptScript(asked));
        signalWrapper(asked);
        QCOMPARE(file("within"), "an image, it's $HOME\n");
        QCOMPARE(status()->exitCode, 3);
    }

    void endsWhatTheProgramLeavesBehind()
    {
        run(request("sleep 100 & echo $! > child"));
        QVERIFY(exited());
        const std::string stat = "/proc/" + file("child").substr(0, file("child").find('\n')) + "/exe";
        QTRY_VERIFY(!std::filesystem::exists(stat));
    }

    void beats()
    {
        m_host.run(background(request("sleep 7")), 10s);
        QTRY_VERIFY_WITH_TIMEOUT(started(), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(status()->heartbeatAt > status()->startedAt, 20'000);
        QVERIFY(!exited());
        QTRY_VERIFY_WITH_TIMEOUT(exited(), 30'000);
        QCOMPARE(status()->exitCode, 0);
    }

    void movesTheFilesOfAnEarlierAttemptAside()
    {
        run(request("echo one > metrics.jsonl; echo 1; touch checkpoint.pt; exit 1"));
        run(request("cat metrics.jsonl checkpoint.pt control 2>/dev/null; echo two > metrics.jsonl; echo 2",
                    2));
        QCOMPARE(file("metrics.jsonl"), "two\n");
        QCOMPARE(file("stdout.log"), "2\n");
        QCOMPARE(file("metrics.jsonl.attempt-1"), "one\n");
        QCOMPARE(file("stdout.log.attempt-1"), "1\n");
        QVERIFY(!std::filesystem::exists(m_directory + "/checkpoint.pt"));
        QCOMPARE(status()->attempt, 2);
    }

    void goesOnWithTheFilesOfTheAttemptBefore()
    {
        run(request("echo one > metrics.jsonl; touch checkpoint.pt; echo $WIDTHWISE_CHECKPOINT"));
        m_host.writeFile(m_directory + "/control", "stop\n");
        run(request("echo two >> metrics.jsonl; echo $WIDTHWISE_CHECKPOINT; cat control", 2, true));
        QCOMPARE(file("metrics.jsonl"), "one\ntwo\n");
        QVERIFY(file("stdout.log").starts_with("\n" + m_directory + "/checkpoint.pt\ncat: control"));
    }

    void namesNoCheckpointThatWasNeverWritten()
    {
        run(request("true"));
        run(request("echo [$WIDTHWISE_CHECKPOINT]", 2, true));
        QCOMPARE(file("stdout.log"), "[]\n");
    }

    void survivesTheTerminalAndTheStarter()
    {
        const LaunchRequest attempt = request("sleep 1");
        m_host.run("setsid sh -c " +
                       shellQuoted(background(attempt) + " sleep 0.2; kill -HUP 0; kill -KILL 0"),
                   10s);
        QTRY_VERIFY_WITH_TIMEOUT(exited(), 20'000);
        QCOMPARE(status()->exitCode, 0);
    }

    void leavesNothingRunning()
    {
        m_host.run(background(request("sleep 0.2")), 10s);
        QTRY_VERIFY_WITH_TIMEOUT(exited(), 20'000);
        const std::string wrapper = std::to_string(status()->wrapperPid);
        QTRY_COMPARE(m_host.run("ps -o pid= -s " + wrapper + " -o stat= | grep -v Z; true", 10s).output, "");
    }
};

QTEST_APPLESS_MAIN(TestAttemptScript)
#include "tst_attempt_script.moc"
