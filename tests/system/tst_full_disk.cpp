// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that fills up while an experiment runs: the driver says so, keeps trying, and goes on once there is
// space.
#include "tests/core/run/runner_fixture.h"
#include "tests/system/driver_process.h"

#include <QTest>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

using namespace widthwise;

namespace {

constexpr int trialCount = 6;
constexpr int reports = 40;

/// Reports to a file on another disk, which is not full: this is not about what the program itself can lose.
const std::string program = "ln -s \"$1\" metrics.jsonl\n"
                            "i=0\n"
                            "while [ $i -lt 40 ]; do\n"
                            "    i=$((i+1))\n"
                            "    echo '{\"step\":'$i',\"metrics\":{\"loss\":'$i'}}' >> metrics.jsonl\n"
                            "    sleep 0.02\n"
                            "done\n";

} // namespace

class TestFullDisk : public QObject {
    Q_OBJECT

    QTemporaryDir m_outside;
    std::string m_disk;
    bool m_mounted = false;

    /// Takes all that is left, to the last byte.
    void fill()
    {
        const int file = open((m_disk + "/filler").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        const std::string block(4096, 'x');
        for (std::size_t size = block.size(); size > 0; size /= 2)
            while (write(file, block.data(), size) > 0) {
            }
        close(file);
    }
    void makeSpace() { unlink((m_disk + "/filler").c_str()); }

private Q_SLOTS:
    void initTestCase()
    {
        m_disk = m_outside.path().toStdString() + "/disk";
        std::filesystem::create_directory(m_disk);
        m_mounted = mount("tmpfs", m_disk.c_str(), "tmpfs", 0, "size=4m") == 0;
        if (!m_mounted)
            QSKIP("a small disk cannot be mounted here: this test needs root");
    }

    void cleanupTestCase()
    {
        if (m_mounted)
            umount2(m_disk.c_str(), MNT_DETACH);
    }

    void losesNothingAndGoesOn()
    {
        const std::string script = m_outside.path().toStdString() + "/program.sh";
        std::ofstream(script) << program;
        RunnerFixture fixture(m_disk + "/store");
        const std::int64_t id =
            fixture.add("full", RunnerFixture::yaml("sh " + script + ' ' + m_outside.path().toStdString() +
                                                        "/{trial}.jsonl",
                                                    trialCount, 2));
        DriverProcess driver(fixture.storeFile(), id);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.points(id, 0, "loss").size() > 3, 30'000);

        fill();
        QByteArray said;
        QTRY_VERIFY_WITH_TIMEOUT(
            (said += driver.output(), said.contains("full") || said.contains("No space")), 60'000);
        QTest::qWait(3000);
        fill();
        QVERIFY2(driver.running(), said.constData());
        makeSpace();

        QCOMPARE(driver.wait(120'000), 0);
        QCOMPARE(fixture.record(id).state, ExperimentState::Completed);
        const std::vector<Trial> trials = fixture.trials(id);
        QCOMPARE(trials.size(), std::size_t{trialCount});
        for (const Trial& trial : trials) {
            QCOMPARE(trial.state, TrialState::Completed);
            QCOMPARE(trial.attempt, 1);
            const Points points = fixture.points(id, trial.number, "loss");
            QCOMPARE(points.size(), std::size_t{reports});
            for (std::size_t i = 0; i < points.size(); ++i)
                QCOMPARE(points.steps[i], i + 1);
        }
    }
};

QTEST_GUILESS_MAIN(TestFullDisk)
#include "tst_full_disk.moc"
