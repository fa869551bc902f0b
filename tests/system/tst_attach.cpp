// SPDX-License-Identifier: GPL-3.0-or-later
// A search that is driven on the head node of a SLURM cluster, and a store here that is attached to it over
// SSH.
#include "core/store/commands.h"
#include "core/store/watches.h"
#include "tests/core/mirror/mirror_fixture.h"
#include "tests/system/test_cluster.h"

#include <QFile>
#include <QProcess>
#include <QTest>

#include <csignal>

using namespace widthwise;
using namespace widthwise::test;
using namespace std::chrono_literals;

namespace {

constexpr int patience = 120'000;

/// Forty reports over twenty seconds.
constexpr const char* search = R"(name: head
objective: {metric: loss, direction: minimize}
trial:
  command: >-
    i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo "step $i";
    echo '{{"step":'$i',"metrics":{{"loss":'$i.{trial}'}}}}' >> metrics.jsonl; sleep 0.5; done
space: {x: {type: float, low: 0, high: 1}}
site: site.yaml
resources: {parallel: 2}
budget: {trials: 4}
)";

TimePoint now()
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

} // namespace

class TestAttach : public QObject {
    Q_OBJECT

    TestCluster m_cluster;
    StoreFolder m_folder;
    std::unique_ptr<Database> m_there, m_here;

    QString path(const char* name) const { return QString::fromStdString(m_folder.file(name)); }
    void write(const char* name, const QByteArray& text) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(text);
    }
    /// On the head node.
    TestCluster::Result there(const QString& arguments) const
    {
        return m_cluster.shell(
            QStringLiteral(WIDTHWISECTL " %1 --store %2").arg(arguments, path("there.db")));
    }
    /// Returns stderr and stdout.
    QByteArray here(const QStringList& arguments, int code = 0) const
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(QStringLiteral(WIDTHWISECTL),
                      arguments + QStringList{QStringLiteral("--store"), path("here.db")});
        process.waitForFinished(patience);
        const QByteArray output = process.readAll();
        if (process.exitCode() != code)
            qWarning("%s", output.constData());
        return process.exitCode() == code ? output : QByteArray();
    }
    QString remote() const { return QStringLiteral("cluster:") + path("there.db"); }

    std::int64_t copy() { return Experiments(*m_here).find("head").value().id; }
    TrialState state(Database& database, int trial)
    {
        const auto experiment = Experiments(database).find("head");
        const auto record = experiment ? Trials(database).find(experiment->id, trial) : std::nullopt;
        return record ? record->trial.state : TrialState::Pending;
    }
    std::int64_t points()
    {
        std::int64_t count = 0;
        for (const SeriesSummary& summary : SeriesTable(*m_here).summaries(copy()))
            count += summary.count;
        return count;
    }
    std::string problem() { return Mirrors(*m_here).all().back().problem; }
    /// As the desktop does while it shows the experiment.
    void look(int trial) { Watches(*m_here).set("test", copy(), {trial, now() + watchLasts}); }

    /// The sshd processes that serve somebody.
    QList<QByteArray> sessions() const
    {
        QFile file(m_cluster.folder() + QStringLiteral("/run/sshd.pid"));
        if (!file.open(QFile::ReadOnly))
            return {};
        const QString listener = QString::fromUtf8(file.readAll()).trimmed();
        QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(listener));
        return children.open(QFile::ReadOnly) ? children.readAll().simplified().split(' ')
                                              : QList<QByteArray>();
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start();
        write("head.yaml", search);
        write("site.yaml", "scheduler: slurm\npoll_interval: 10s\n");
        m_here = std::make_unique<Database>(m_folder.file("here.db"));
    }
    void cleanupTestCase()
    {
        if (!m_here)
            return;
        here({QStringLiteral("detach"), remote()});
        there(QStringLiteral("stop head"));
        QTRY_VERIFY_WITH_TIMEOUT(!Mirrors(*m_here).isKept(Mirrors(*m_here).all().back().id), patience);
    }

    void nothingToAttachToIsTold()
    {
        const QByteArray told = here({QStringLiteral("attach"), remote(), QStringLiteral("--detach"),
                                      QStringLiteral("--ssh-config"), m_cluster.sshConfig()},
                                     1);
        QVERIFY2(told.contains("there is no widthwisectl in PATH on cluster"), told.constData());
        here({QStringLiteral("detach"), remote()});
        QTRY_VERIFY_WITH_TIMEOUT(!Mirrors(*m_here).isKept(Mirrors(*m_here).all().back().id), patience);
    }

    void runsOnTheHeadNode()
    {
        const TestCluster::Result run = there(QStringLiteral("run %1 --detach").arg(path("head.yaml")));
        QVERIFY2(run.exitCode == 0, qPrintable(run.errors + run.output));
        m_there = std::make_unique<Database>(m_folder.file("there.db"));
        QTRY_COMPARE_WITH_TIMEOUT(state(*m_there, 0), TrialState::Running, patience);
        QVERIFY(Trials(*m_there).find(1, 0)->trial.device.starts_with("n"));
    }

    void attaches()
    {
        const QByteArray told = here({QStringLiteral("attach"), remote(), QStringLiteral("--detach"),
                                      QStringLiteral("--ssh-config"), m_cluster.sshConfig(),
                                      QStringLiteral("--program"), QStringLiteral(WIDTHWISECTL)});
        QVERIFY2(told.contains("is attached: 1 experiment"), told.constData());
        QVERIFY(here({QStringLiteral("list")}).contains("cluster"));
    }

    void metricsAndOutputCome()
    {
        look(0);
        QTRY_VERIFY_WITH_TIMEOUT(points() > 3, patience);
        const std::int64_t before = points();
        look(0);
        QTRY_VERIFY_WITH_TIMEOUT(points() > before, patience);
        const std::int64_t trial = Trials(*m_here).find(copy(), 0)->id;
        QTRY_VERIFY_WITH_TIMEOUT(Outputs(*m_here).find(trial), patience);
        QVERIFY(Outputs(*m_here).find(trial)->bytes.starts_with("step 1\nstep 2\n"));
        const auto driver = driverInfo(*m_here, copy());
        QVERIFY(driver && driver->running);
        QCOMPARE(driver->place.host, std::string("cluster"));
        QVERIFY(driver->link && driver->link->state == SiteLink::State::Connected);
    }

    void copyIsNotDrivenHere()
    {
        const QByteArray told = here({QStringLiteral("drive"), QStringLiteral("head")}, 4);
        QVERIFY2(told.contains("head is a copy of head on cluster"), told.constData());
    }

    void trialIsStoppedFromHere()
    {
        const QByteArray told = here(
            {QStringLiteral("stop"), QStringLiteral("head"), QStringLiteral("--trial"), QStringLiteral("0")});
        QVERIFY2(told.contains("passed on now"), told.constData());
        QTRY_COMPARE_WITH_TIMEOUT(state(*m_there, 0), TrialState::Stopped, patience);
        QTRY_COMPARE_WITH_TIMEOUT(state(*m_here, 0), TrialState::Stopped, patience);
    }

    void linkIsCutAndComesBack()
    {
        const QList<QByteArray> serving = sessions();
        QVERIFY(!serving.isEmpty() && serving.first().toInt() > 0);
        QCOMPARE(m_cluster.killDaemon(QStringLiteral("sshd")).exitCode, 0);
        for (const QByteArray& session : serving)
            ::kill(session.toInt(), SIGKILL);
        const auto linkHere = [&] {
            const auto driver = driverInfo(*m_here, copy());
            return driver && driver->link ? driver->link->state : SiteLink::State::Connecting;
        };
        const auto isLost = [&] {
            look(1);
            return !problem().empty() && linkHere() == SiteLink::State::Lost;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isLost(), patience);
        const QByteArray told = here(
            {QStringLiteral("stop"), QStringLiteral("head"), QStringLiteral("--trial"), QStringLiteral("1")});
        QVERIFY2(told.contains("once cluster is in reach again"), told.constData());

        QCOMPARE(m_cluster.startDaemon(QStringLiteral("sshd")).exitCode, 0);
        QTRY_COMPARE_WITH_TIMEOUT(state(*m_here, 1), TrialState::Stopped, patience);
        QVERIFY(problem().empty());
    }

    void lostDriverIsReplacedThereFromHere()
    {
        const auto driver = driverInfo(*m_there, 1);
        QVERIFY(driver && driver->running);
        ::kill(static_cast<pid_t>(driver->pid), SIGKILL);
        const auto isLost = [&] { return now() - driverInfo(*m_here, copy())->heartbeat > driverSilence; };
        QTRY_VERIFY_WITH_TIMEOUT((look(2), isLost()), patience);
        here({QStringLiteral("resume"), QStringLiteral("head")});
        QTRY_VERIFY_WITH_TIMEOUT(driverInfo(*m_there, 1)->pid != driver->pid, patience);
        QTRY_VERIFY_WITH_TIMEOUT((look(2), !isLost()), patience);
    }

    void endsAlike()
    {
        const auto hasEnded = [&](Database& database) {
            return Experiments(database).find("head")->state == ExperimentState::Completed;
        };
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(*m_there), patience);
        QTRY_VERIFY_WITH_TIMEOUT((look(3), hasEnded(*m_here)), patience);
        const auto caughtUp = [&] {
            Mirror mirror(*m_here, Mirrors(*m_here).all().back().id);
            return !mirror.behind();
        };
        QTRY_VERIFY_WITH_TIMEOUT(caughtUp(), patience);
        compareExperiments(*m_there, *m_here);
        QCOMPARE(SeriesTable(*m_here).summaries(copy()).back().count, std::int64_t{40});
    }

    void removingTheCopyLeavesTheOriginal()
    {
        const QByteArray told =
            here({QStringLiteral("remove"), QStringLiteral("head"), QStringLiteral("--yes")});
        QVERIFY2(told.contains("head stays on cluster"), told.constData());
        QVERIFY(Experiments(*m_there).find("head"));
        QVERIFY(!Experiments(*m_here).find("head"));
    }
};

QTEST_GUILESS_MAIN(TestAttach)
#include "tst_attach.moc"
