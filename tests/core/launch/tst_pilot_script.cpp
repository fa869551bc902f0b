// SPDX-License-Identifier: GPL-3.0-or-later
// The script of a worker, run by a real shell without SLURM.
#include "core/host/local_host.h"
#include "core/host/shell.h"
#include "core/launch/attempt_script.h"
#include "core/launch/slurm/slurm_script.h"
#include "core/launch/trial_directory.h"

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>

using namespace widthwise;
using namespace std::chrono_literals;

class TestPilotScript : public QObject {
    Q_OBJECT

    LocalHost m_host;
    QTemporaryDir m_folder;

    std::string path(const std::string& name) const { return m_folder.path().toStdString() + '/' + name; }
    std::string file(const std::string& name) const
    {
        std::ifstream stream(path(name));
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    /// The script of a trial's first attempt.
    std::string attempt(const std::string& name, const std::string& command)
    {
        LaunchRequest request;
        request.attempt = 1;
        request.directory = path(name);
        request.command = command;
        request.environment = {{"WIDTHWISE_TRIAL_DIR", request.directory}};
        m_host.writeFile(attemptScriptPath(request), slurmAttemptScript(request));
        return attemptScriptPath(request);
    }

private Q_SLOTS:
    void leavesATicketAloneThatIsNotWrittenToItsEnd_data()
    {
        QTest::addColumn<std::string>("begun");
        QTest::newRow("empty") << std::string();
        QTest::newRow("half") << path("0001/lau");
        QTest::newRow("without its end") << path("0001/launch-1.sh");
    }

    void leavesATicketAloneThatIsNotWrittenToItsEnd()
    {
        QFETCH(std::string, begun);
        for (const char* folder : {"waiting", "taken", "dropped"})
            std::filesystem::remove_all(path(folder));
        for (const char* folder : {"crews", "waiting", "taken", "dropped"})
            std::filesystem::create_directories(path(folder));
        std::filesystem::remove_all(path("0002"));
        m_host.writeFile(path("crews/crew.sbatch"), "");
        attempt("0001", "echo too soon >ran");
        std::ofstream(path("waiting/1-1")) << begun;
        m_host.writeFile(path("waiting/2-1"),
                         attempt("0002", "rm " + shellQuoted(path("crews/crew.sbatch"))) + '\n');

        m_host.writeFile(path("worker.sh"), pilotScript({}, "crew", path(""), {}, 1));
        const CommandResult worker = m_host.run("SLURM_JOB_NAME=crew SLURM_ARRAY_TASK_ID=0 "
                                                "SLURM_ARRAY_JOB_ID=7 exec sh " +
                                                    shellQuoted(path("worker.sh")),
                                                60s);
        QCOMPARE(worker.exitCode, 0);
        const auto second = parseTrialStatus(file("0002/status.json"));
        QVERIFY(second && second->phase == TrialStatus::Phase::Exited);
        QCOMPARE(file("waiting/1-1"), begun);
        QVERIFY(!std::filesystem::exists(path("0001/ran")));
        QVERIFY(std::filesystem::is_empty(path("taken")));
        QVERIFY(std::filesystem::is_empty(path("dropped")));
    }
};

QTEST_GUILESS_MAIN(TestPilotScript)
#include "tst_pilot_script.moc"
