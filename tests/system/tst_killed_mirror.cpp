// SPDX-License-Identifier: GPL-3.0-or-later
// A process that keeps copies is killed again and again, at random moments while the original changes:
// nothing is lost, nothing doubled, and every command passed on once.
#include "core/store/commands.h"
#include "tests/core/mirror/mirror_fixture.h"

#include <QProcess>
#include <QTest>

#include <csignal>
#include <random>
#include <set>

using namespace widthwise;
using namespace widthwise::test;

class TestKilledMirror : public QObject {
    Q_OBJECT

    static constexpr int leastKills = 20;

    StoreFolder m_folder;
    Database m_there{m_folder.file("there.db")};
    Database m_here{m_folder.file("here.db")};
    std::int64_t m_experiment = addExperiment(m_there);
    std::vector<std::int64_t> m_trials;
    std::int64_t m_step = 0;
    int m_asked = 0;

    void grow(std::mt19937& random)
    {
        Transaction transaction(m_there);
        for (const std::int64_t trial : m_trials) {
            std::map<std::string, std::vector<Point>> points;
            for (int i = int(random() % 40); i > 0; --i)
                points["loss"].push_back({++m_step, std::ldexp(double(random()), -20)});
            if (random() % 50 == 0)
                SeriesTable(m_there).clear(trial);
            SeriesTable(m_there).append(trial, points);
        }
        transaction.commit();
    }

    /// Once the copy is there.
    void ask()
    {
        const auto copy = Experiments(m_here).find("lr-scan");
        if (!copy)
            return;
        Commands(m_here).add(copy->id, {Command::Kind::StopTrial, m_asked}, at(1));
        ++m_asked;
    }

private Q_SLOTS:
    void survivesBeingKilledAtRandomMoments()
    {
        for (int number = 0; number < 8; ++number)
            m_trials.push_back(addTrial(m_there, m_experiment, number));
        const Remote remote{.host = "local", .file = m_there.file(), .program = WIDTHWISECTL};
        const MirrorRecord mirror = Mirrors(m_here).attach(remote);
        // Somebody drives it there: nothing is to be started for the commands.
        DriverInfo driver;
        driver.running = true;
        driver.heartbeat = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) +
                           std::chrono::hours(1);
        setDriverInfo(m_there, m_experiment, driver);

        const unsigned seed = std::random_device{}();
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        for (int kills = 0; kills < leastKills; ++kills) {
            QProcess process;
            process.setProcessChannelMode(QProcess::MergedChannels);
            process.start(QStringLiteral(WIDTHWISECTL),
                          {QStringLiteral("mirror"), QString::fromStdString("local:" + m_there.file()),
                           QStringLiteral("--store"), QString::fromStdString(m_here.file())});
            QVERIFY(process.waitForStarted());
            for (int turns = int(random() % 60); turns > 0; --turns) {
                grow(random);
                if (random() % 10 == 0)
                    ask();
                QTest::qWait(10);
            }
            ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
            process.waitForFinished();
        }
        QVERIFY(m_asked > 0);

        Mirror keeper(m_here, mirror.id);
        do
            keeper.take(answerTo(keeper.request(at(1)), m_there, at(1)), at(1));
        while (keeper.behind());
        compareExperiments(m_there, m_here);
        std::set<int> asked;
        const auto open = Commands(m_there).open(m_experiment);
        for (const auto& [id, command] : open)
            QVERIFY(asked.insert(command.trial).second);
        QCOMPARE(int(open.size()), m_asked);
        QVERIFY(Commands(m_here).open(Experiments(m_here).find("lr-scan")->id).empty());
    }
};

QTEST_GUILESS_MAIN(TestKilledMirror)
#include "tst_killed_mirror.moc"
