// SPDX-License-Identifier: GPL-3.0-or-later
// The end of an attempt is the end of all that it started, and of nothing else.
#include "core/host/local_host.h"
#include "core/host/shell.h"
#include "core/launch/attempt_script.h"
#include "core/launch/liveness.h"
#include "core/launch/trial_directory.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace widthwise;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// What can be read of it: a process may go meanwhile.
std::string contents(const fs::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

/// How the wrapper keeps what an attempt starts within reach; where one is not to be had it takes the next.
enum class Way { Group, Perl, Python, Marks };

/// Each is run by `sh FILE TOKEN`; what it leaves behind has TOKEN among its arguments.
struct Leaving {
    const char* name;
    const char* script;
};
/// What only a control group or a living wrapper can tell: it has lost its mark, or is never seen twice.
bool isUntold(std::string_view name)
{
    return name.ends_with("daemon without environment") || name.ends_with("moving target");
}

constexpr const char* stayScript = "while :; do sleep 0.1; done\n";
constexpr Leaving leavings[] = {
    {"child", "sh stay $1 &"},
    {"session", "setsid sh stay $1 &"},
    {"orphan", "(sh stay $1 &)"},
    {"daemon", "(setsid sh stay $1 &)"},
    {"daemon of a daemon", "(setsid sh -c '(setsid sh stay $1 &)' sh $1 &)"},
    {"deaf daemon", "(setsid sh -c 'trap \"\" TERM HUP INT; . ./stay' sh $1 &)"},
    {"stopped daemon", "(setsid sh -c 'kill -STOP $$' sh $1 &)"},
    {"daemon elsewhere", "(cd / && setsid sh -c 'sleep 1000; :' sh $1 >/dev/null 2>&1 &)"},
    {"moving target", "(setsid sh move $1 &)"},
    {"many",
     "for i in 1 2 3; do (setsid sh -c 'while :; do setsid sh stay $1 & sleep 0.1; done' sh $1 &); done"},
    {"daemon without environment", "(setsid env -i sh stay $1 &)"},
    {"daemon, and its shell is killed",
     "(setsid sh stay $1 &); : >left; until [ -e go ]; do sleep 0.01; done; kill -KILL $PPID"},
};

} // namespace

class TestAttemptEnd : public QObject {
    Q_OBJECT

    LocalHost m_host;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_directory;
    std::string m_token;
    std::vector<pid_t> m_bystanders;

    /// The processes that have the token among their arguments, but for zombies and the wrapper.
    int offspring() const
    {
        int count = 0;
        std::error_code gone;
        for (fs::directory_iterator entry("/proc", gone), end; entry != end; entry.increment(gone)) {
            const std::string arguments = contents(entry->path() / "cmdline");
            count += arguments.find('\0' + m_token + '\0') != std::string::npos;
        }
        return count;
    }

    std::optional<TrialStatus> status() const
    {
        return parseTrialStatus(contents(m_directory + "/status.json"));
    }
    bool exited() const { return status() && status()->phase == TrialStatus::Phase::Exited; }

    LaunchRequest request(Way way, const std::string& leaving, int attempt = 1)
    {
        LaunchRequest request;
        request.attempt = attempt;
        request.directory = m_directory;
        request.metricsFile = "metrics.jsonl";
        request.command = "sh leave " + m_token + "; : >left; until [ -e go ]; do sleep 0.01; done; exit 3";
        request.environment = {{"WIDTHWISE_TRIAL_DIR", m_directory}};
        if (way != Way::Group)
            request.environment.emplace_back("SLURM_JOB_ID", "1"); // whose groups are not ours
        if (way == Way::Python || way == Way::Marks)
            request.environment.emplace_back("PERL5OPT", "-MNowhere");
        if (way == Way::Marks)
            request.environment.emplace_back("PATH", pathWithoutPython());
        m_host.writeFile(m_directory + "/stay", stayScript);
        m_host.writeFile(m_directory + "/move", "sleep 0.01; setsid sh move $1 & exit\n");
        m_host.writeFile(m_directory + "/leave", leaving + '\n');
        m_host.writeFile(attemptScriptPath(request), attemptScript(request, "cpu", {}));
        return request;
    }

    std::string pathWithoutPython() const
    {
        const std::string folder = m_directory + "/bin";
        fs::create_directories(folder);
        for (const char* program :
             {"sh", "setsid", "sleep", "date", "mv", "rm", "grep", "cat", "env", "sort", "mkdir", "rmdir"})
            for (const char* place : {"/usr/bin/", "/bin/"})
                if (fs::exists(std::string(place) + program) && !fs::exists(folder + '/' + program))
                    fs::create_symlink(std::string(place) + program, folder + '/' + program);
        return folder;
    }

    void start(const LaunchRequest& request)
    {
        m_host.run("setsid sh " + shellQuoted(attemptScriptPath(request)) + " </dev/null >/dev/null 2>&1 &",
                   10s);
        QTRY_VERIFY_WITH_TIMEOUT(status() && status()->attempt == request.attempt, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(fs::exists(m_directory + "/left"), 20'000);
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (offspring() == 0) // some are never the same for long
            QVERIFY(std::chrono::steady_clock::now() < deadline);
    }

    /// Processes that are no business of the attempt.
    void startBystanders()
    {
        const auto bystander = [this](const std::string& setting) {
            const std::string file = m_directory + "/bystander";
            m_host.run("env " + setting + " setsid sh -c 'echo $$ >\"$1\"; exec sleep 1000' sh " +
                           shellQuoted(file) + " </dev/null >/dev/null 2>&1 &",
                       10s);
            QTRY_VERIFY(contents(file).ends_with('\n'));
            m_bystanders.push_back(std::stoi(contents(file)));
            fs::remove(file);
        };
        bystander("WIDTHWISE_ATTEMPT=1");
        bystander("WIDTHWISE_ATTEMPT=1 WIDTHWISE_TRIAL_DIR=" + shellQuoted(m_directory + "1"));
        bystander("WIDTHWISE_ATTEMPT=11 WIDTHWISE_TRIAL_DIR=" + shellQuoted(m_directory));
    }

    void verifyNothingIsLeft() const
    {
        for (int look = 0; look < 20; ++look)
            QCOMPARE(offspring(), 0);
        for (const pid_t bystander : m_bystanders)
            QVERIFY(kill(bystander, 0) == 0);
        const std::string group = contents(m_directory + "/attempt-1");
        QVERIFY(group.empty() || !fs::exists(group.substr(0, group.size() - 1)));
    }

    static void ways(bool withLeavings)
    {
        QTest::addColumn<int>("way");
        QTest::addColumn<std::string>("leaving");
        const std::pair<Way, const char*> names[] = {
            {Way::Group, "group"}, {Way::Perl, "perl"}, {Way::Python, "python"}, {Way::Marks, "marks"}};
        for (const auto& [way, wayName] : names)
            for (const Leaving& leaving : leavings) {
                const std::string name = leaving.name;
                if (!(way == Way::Marks && isUntold(name)) && (withLeavings || name == "daemon"))
                    QTest::addRow("%s, %s", wayName, leaving.name) << int(way) << std::string(leaving.script);
            }
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_directory = m_folder->path().toStdString() + "/a trial's";
        m_token = "offspring-of-" + m_folder->path().section(QChar(u'/'), -1).toStdString();
        fs::create_directories(m_directory);
    }

    void cleanup()
    {
        for (const pid_t bystander : m_bystanders)
            kill(bystander, SIGKILL);
        m_bystanders.clear();
        if (!QTest::currentTestFailed() || !status())
            return;
        kill(static_cast<pid_t>(status()->wrapperPid), SIGKILL);
        m_host.run(endAttempt(m_directory, status()->attempt, status()->programPid), 60s);
    }

    void whatItStartedEndsWithIt_data() { ways(true); }
    void whatItStartedEndsWithIt()
    {
        QFETCH(int, way);
        QFETCH(std::string, leaving);
        start(request(Way(way), leaving));
        startBystanders();
        std::ofstream(m_directory + "/go");
        QTRY_VERIFY_WITH_TIMEOUT(exited(), 60'000);
        verifyNothingIsLeft();
        QCOMPARE(status()->exitCode, leaving.find("KILL") == std::string::npos ? 3 : 137);
    }

    void whatItStartedEndsWhenItIsTold_data() { ways(false); }
    void whatItStartedEndsWhenItIsTold()
    {
        QFETCH(int, way);
        QFETCH(std::string, leaving);
        start(request(Way(way), leaving));
        startBystanders();
        kill(static_cast<pid_t>(status()->wrapperPid), SIGTERM);
        QTRY_VERIFY_WITH_TIMEOUT(exited(), 60'000);
        verifyNothingIsLeft();
        QVERIFY(status()->terminated);
    }

    /// By its driver, which sees that.
    void whatItStartedEndsWhereItsWrapperIsKilled_data() { ways(true); }
    void whatItStartedEndsWhereItsWrapperIsKilled()
    {
        QFETCH(int, way);
        QFETCH(std::string, leaving);
        if (Way(way) != Way::Group && isUntold(QTest::currentDataTag()))
            return; // see isUntold
        start(request(Way(way), leaving));
        startBystanders();
        const TrialStatus before = *status();
        kill(static_cast<pid_t>(before.wrapperPid), SIGKILL);
        const std::string command = endAttempt(m_directory, 1, before.programPid);
        QCOMPARE(m_host.run(command, 60s).exitCode, 0);
        verifyNothingIsLeft();
        QCOMPARE(status()->phase, TrialStatus::Phase::Started);
    }

    /// By its ticker, where no driver does.
    void whatItStartedEndsWithoutADriver_data() { ways(false); }
    void whatItStartedEndsWithoutADriver()
    {
        QFETCH(int, way);
        QFETCH(std::string, leaving);
        start(request(Way(way), leaving));
        startBystanders();
        kill(static_cast<pid_t>(status()->wrapperPid), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(offspring(), 0, 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(!fs::exists("/proc/" + std::to_string(status()->programPid)), 60'000);
        for (const pid_t bystander : m_bystanders)
            QVERIFY(kill(bystander, 0) == 0);
    }

    /// An attempt that was lost long ago is none of a later one.
    void anEarlierAttemptEndsNoLaterOne()
    {
        start(request(Way::Marks, "(setsid sh stay $1 &)", 2));
        QCOMPARE(m_host.run(endAttempt(m_directory, 1, status()->programPid), 60s).exitCode, 0);
        QVERIFY(offspring() > 0);
        std::ofstream(m_directory + "/go");
        QTRY_VERIFY_WITH_TIMEOUT(exited(), 60'000);
        QCOMPARE(status()->exitCode, 3);
    }

    /// perl and python come between, and leave no trace of that.
    void theProgramSeesTheEnvironmentThatItWasGiven_data() { ways(false); }
    void theProgramSeesTheEnvironmentThatItWasGiven()
    {
        QFETCH(int, way);
        QFETCH(std::string, leaving);
        const std::string look = "grep Sig[BI] /proc/self/status";
        const std::string usual = m_host.run("(" + look + ") & wait", 10s).output;
        start(request(Way(way), leaving + "; " + look + " >signals; env >seen"));
        std::ofstream(m_directory + "/go");
        QTRY_VERIFY_WITH_TIMEOUT(exited(), 60'000);
        QCOMPARE(contents(m_directory + "/signals"), usual);
        QVERIFY(contents(m_directory + "/seen").find("PERL_BADLANG") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestAttemptEnd)
#include "tst_attempt_end.moc"
