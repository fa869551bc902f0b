// SPDX-License-Identifier: GPL-3.0-or-later
// What a viewer of the store sees of trials on a SLURM cluster behind SSH, and how soon.
#include "core/store/outputs.h"
#include "core/store/watches.h"
#include "tests/core/run/runner_fixture.h"
#include "tests/system/test_cluster.h"

#include <QFile>
#include <QProcess>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <deque>

using namespace widthwise;
using namespace std::chrono_literals;

namespace {

/// Reports and prints a line every fifth of a second while the file `$1` is there, and then fails.
constexpr const char* program =
    "step=0\n"
    "while [ -e \"$1\" ]; do\n"
    "    step=$((step + 1))\n"
    "    echo '{\"step\":'$step',\"metrics\":{\"loss\":'$step'}}' >>metrics.jsonl\n"
    "    echo \"line $step\"\n"
    "    sleep 0.2\n"
    "done\n"
    "echo 'cannot go on'\n"
    "exit 3\n";

} // namespace

class TestWatchedSite : public QObject {
    Q_OBJECT

    TestCluster m_cluster;
    std::unique_ptr<RunnerFixture> m_fixture;
    std::unique_ptr<QProcess> m_driver;
    std::int64_t m_id = 0;

    QString path(const QString& name) const
    {
        return QString::fromStdString(m_fixture->folder()) + QLatin1Char('/') + name;
    }
    void write(const QString& name, const QString& text) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(text.toUtf8());
    }
    /// Trials on the cluster that write on, under a driver that looks once a minute where nobody watches.
    void drive(int trials)
    {
        write(QStringLiteral("program.sh"), QString::fromLatin1(program));
        write(QStringLiteral("go"), {});
        write(QStringLiteral("site.yaml"),
              QStringLiteral(
                  "host: cluster\nssh_config: %1\nscheduler: slurm\nfolder: %2\npoll_interval: 60s\n")
                  .arg(m_cluster.sshConfig(), path(QStringLiteral("scratch"))));
        const std::string command = "sh " + path(QStringLiteral("program.sh")).toStdString() + ' ' +
                                    path(QStringLiteral("go")).toStdString();
        m_id = m_fixture->add("watched", RunnerFixture::yaml(command, trials, trials, "site: site.yaml\n"));
        m_driver = std::make_unique<QProcess>();
        m_driver->setStandardInputFile(QProcess::nullDevice());
        m_driver->start(QStringLiteral(WIDTHWISECTL),
                        {QStringLiteral("drive"), QStringLiteral("watched"), QStringLiteral("--store"),
                         QString::fromStdString(m_fixture->storeFile())});
        QVERIFY(m_driver->waitForStarted());
    }
    QString ctl(const QStringList& arguments) const
    {
        QProcess process;
        process.start(QStringLiteral(WIDTHWISECTL),
                      arguments + QStringList{QStringLiteral("--store"),
                                              QString::fromStdString(m_fixture->storeFile())});
        process.waitForFinished(60'000);
        return QString::fromUtf8(process.readAll());
    }
    void watch(int trial)
    {
        Database database(m_fixture->storeFile());
        Watches(database).set("test", m_id, {trial, m_fixture->clock().now() + 1h});
    }
    void lookAway()
    {
        Database database(m_fixture->storeFile());
        Watches(database).end("test");
    }
    std::string file(int trial, std::string_view name) const
    {
        const ExperimentRecord record = m_fixture->record(m_id);
        QFile file(QString::fromStdString(trialDirectory(path(QStringLiteral("scratch")).toStdString(),
                                                         record.name, record.created, trial) +
                                          '/' + std::string(name)));
        return file.open(QFile::ReadOnly) ? file.readAll().toStdString() : std::string();
    }
    std::int64_t written(int trial) const
    {
        return std::ranges::count(file(trial, trial_file::metrics), '\n');
    }
    bool allRun(int trials)
    {
        const std::vector<Trial> all = m_fixture->trials(m_id);
        return std::ranges::count(all, TrialState::Running, &Trial::state) == trials;
    }
    std::optional<OutputTail> output(int trial)
    {
        Database database(m_fixture->storeFile());
        return Outputs(database).find(Trials(database).find(m_id, trial)->id);
    }
    DriverInfo driver()
    {
        Database database(m_fixture->storeFile());
        return driverInfo(database, m_id).value_or(DriverInfo{});
    }
    bool linkIs(SiteLink::State state)
    {
        const DriverInfo info = driver();
        return info.link && info.link->state == state;
    }
    /// How often the driver has read new metrics of trial 0 while that wrote so many lines.
    int readings(int lines)
    {
        Database database(m_fixture->storeFile());
        const std::int64_t trial = Trials(database).find(m_id, 0)->id;
        const std::int64_t until = written(0) + lines;
        std::int64_t offset = SeriesTable(database).readPosition(trial).value_or(ReadPosition{}).offset;
        int count = 0;
        while (written(0) < until && m_driver->state() == QProcess::Running) {
            QTest::qWait(20);
            const std::int64_t now =
                SeriesTable(database).readPosition(trial).value_or(ReadPosition{}).offset;
            count += now != offset;
            offset = now;
        }
        return count;
    }
    /// The sshd processes that serve sessions.
    std::vector<pid_t> sessions() const
    {
        const auto contents = [](const QString& name) {
            QFile file(name);
            return file.open(QFile::ReadOnly) ? QString::fromLatin1(file.readAll()).trimmed() : QString();
        };
        const QString sshd = contents(m_cluster.folder() + QStringLiteral("/run/sshd.pid"));
        const QString children = contents(QStringLiteral("/proc/%1/task/%1/children").arg(sshd));
        std::vector<pid_t> pids;
        for (const QString& child : children.split(QLatin1Char(' '), Qt::SkipEmptyParts))
            pids.push_back(child.toInt());
        return pids;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start();
    }
    void init() { m_fixture = std::make_unique<RunnerFixture>(); }
    void cleanup()
    {
        if (m_driver) {
            QFile::remove(path(QStringLiteral("go")));
            watch(-1); // so that it hears of their end soon
            if (!m_driver->waitForFinished(60'000))
                qWarning("the driver does not end");
        }
        m_driver.reset();
        m_fixture.reset();
    }

    void aLineIsThereSoonWhileSomebodyLooks()
    {
        drive(2);
        QTRY_VERIFY_WITH_TIMEOUT(allRun(2), 60'000);
        QVERIFY(linkIs(SiteLink::State::Connected));
        QCOMPARE(driver().place.host, std::string("cluster"));
        QTRY_VERIFY_WITH_TIMEOUT(written(0) > 5, 60'000);

        watch(1);
        QTRY_VERIFY_WITH_TIMEOUT(output(1), 60'000);
        std::deque<TimePoint> readAt;
        const auto medianGap = [&readAt] {
            std::vector<std::chrono::milliseconds> gaps;
            for (std::size_t i = 1; i < readAt.size(); ++i)
                gaps.push_back(readAt[i] - readAt[i - 1]);
            std::ranges::sort(gaps);
            return gaps.empty() ? 1h : gaps[gaps.size() / 2];
        };
        const auto look = [&] {
            if (const TimePoint read = output(1)->read; readAt.empty() || read != readAt.back())
                readAt.push_back(read);
            if (readAt.size() > 8)
                readAt.pop_front();
            return readAt.size() == 8 && medianGap() < 2s;
        };
        QTRY_VERIFY_WITH_TIMEOUT(look(), 120'000);
        QVERIFY(output(1)->bytes.starts_with("line 1\nline 2\n"));
        QVERIFY(readings(50) >= 3);

        lookAway();
        readings(15); // it may have been about to read
        QVERIFY(readings(40) <= 1);
        watch(-1);
        QTRY_VERIFY_WITH_TIMEOUT(readings(10) >= 1, 60'000);
    }

    void losesNothingOverLostSessions()
    {
        drive(2);
        QTRY_VERIFY_WITH_TIMEOUT(allRun(2), 60'000);
        watch(0);
        for (int i = 0; i < 5; ++i) {
            QTRY_VERIFY_WITH_TIMEOUT(linkIs(SiteLink::State::Connected), 60'000);
            QVERIFY(readings(5 + i) >= 0);
            for (const pid_t session : sessions())
                kill(session, SIGKILL);
        }
        QTRY_VERIFY_WITH_TIMEOUT(linkIs(SiteLink::State::Connected), 60'000);
        QFile::remove(path(QStringLiteral("go")));
        QVERIFY(m_driver->waitForFinished(60'000));
        for (int trial = 0; trial < 2; ++trial) {
            QCOMPARE(m_fixture->trials(m_id)[std::size_t(trial)].state, TrialState::Failed);
            const Points points = m_fixture->points(m_id, trial, "loss");
            QCOMPARE(std::int64_t(points.size()), written(trial));
            for (std::size_t i = 0; i < points.size(); ++i) {
                QCOMPARE(std::size_t(points.steps[i]), i + 1);
                QCOMPARE(points.values[i], double(i + 1));
            }
            QCOMPARE(output(trial)->bytes, file(trial, trial_file::output));
        }
        // Why it failed can be read without the site.
        const QString shown = ctl({QStringLiteral("show"), QStringLiteral("watched"),
                                   QStringLiteral("--trial"), QStringLiteral("1")});
        QVERIFY2(shown.contains(QStringLiteral("cluster:") + path(QStringLiteral("scratch/watched."))),
                 qPrintable(shown));
        QVERIFY2(shown.contains(QStringLiteral("the end of its output, as of ")), qPrintable(shown));
        QVERIFY2(shown.contains(QStringLiteral("  cannot go on\n")), qPrintable(shown));
    }

    void aLostLinkIsTold()
    {
        drive(1);
        QTRY_VERIFY_WITH_TIMEOUT(allRun(1), 60'000);
        watch(0);
        QTRY_VERIFY_WITH_TIMEOUT(output(0), 60'000);
        const std::vector<pid_t> served = sessions();
        QCOMPARE(m_cluster.killDaemon(QStringLiteral("sshd")).exitCode, 0);
        for (const pid_t session : served)
            kill(session, SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(linkIs(SiteLink::State::Lost), 60'000);
        const SiteLink lost = *driver().link;
        QVERIFY(!lost.reason.empty() && lost.lastContact && lost.nextTry);
        const auto triedAgain = [&] {
            const std::optional<SiteLink> link = driver().link;
            return link && link->nextTry && link->nextTry > lost.nextTry;
        };
        QTRY_VERIFY_WITH_TIMEOUT(triedAgain(), 60'000);
        QVERIFY(driver().link->since - lost.since < 1s); // it is lost since it was lost
        QVERIFY(*driver().link->lastContact - *lost.lastContact < 1s);

        const QString status = ctl({QStringLiteral("status"), QStringLiteral("watched")});
        QVERIFY2(status.contains(QStringLiteral("cluster: link lost ")), qPrintable(status));

        const std::string before = output(0)->bytes;
        QCOMPARE(m_cluster.startDaemon(QStringLiteral("sshd")).exitCode, 0);
        QTRY_VERIFY_WITH_TIMEOUT(linkIs(SiteLink::State::Connected), 90'000);
        QTRY_VERIFY_WITH_TIMEOUT(output(0)->bytes.size() > before.size(), 60'000);
        QVERIFY(output(0)->bytes.starts_with(before));
    }
};

QTEST_GUILESS_MAIN(TestWatchedSite)
#include "tst_watched_site.moc"
