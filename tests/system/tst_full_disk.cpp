// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that fills up while an experiment runs: the driver says so, keeps trying, and goes on once there is
// space.
#include "tests/core/run/runner_fixture.h"
#include "tests/system/driver_process.h"
#include "tests/system/small_disk.h"

#include <QTest>

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

private Q_SLOTS:
    void losesNothingAndGoesOn()
    {
        const SmallDisk disk(m_outside.path().toStdString() + "/disk");
        if (!disk.isMounted())
            QSKIP("a small disk cannot be mounted here: this test needs root");
        const std::string script = m_outside.path().toStdString() + "/program.sh";
        std::ofstream(script) << program;
        RunnerFixture fixture(disk.folder() + "/store");
        const std::int64_t id =
            fixture.add("full", RunnerFixture::yaml("sh " + script + ' ' + m_outside.path().toStdString() +
                                                        "/{trial}.jsonl",
                                                    trialCount, 2));
        DriverProcess driver(QStringLiteral(DRIVE_EXPERIMENT),
                             {QString::fromStdString(fixture.storeFile()), QString::number(id)});
        QTRY_VERIFY_WITH_TIMEOUT(fixture.points(id, 0, "loss").size() > 3, 30'000);

        disk.fill();
        QByteArray said;
        QTRY_VERIFY_WITH_TIMEOUT(
            (said += driver.output(), said.contains("full") || said.contains("No space")), 60'000);
        QTest::qWait(3000);
        disk.fill();
        QVERIFY2(driver.running(), said.constData());
        disk.makeSpace();

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
