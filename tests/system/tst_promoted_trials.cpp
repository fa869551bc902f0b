// SPDX-License-Identifier: GPL-3.0-or-later
// Trials of the bundled trainer that pause at their rung and are promoted end with the weights of trials that
// ran without a pause, on this machine and on a SLURM cluster over SSH.
#include "core/trainer/engine/checkpoint.h"
#include "tests/system/trainer_cluster.h"

#include <QDirIterator>
#include <QTest>

#include <map>
#include <set>

using namespace widthwise;

class TestPromotedTrials : public QObject, private TrainerCluster {
    Q_OBJECT

    static constexpr int trialCount = 48;
    static constexpr int promotedCount = 16;

    void search(const QString& name, const QString& site, const QString& schedule,
                const QString& checkpoints = QStringLiteral("needed")) const
    {
        write(name + QStringLiteral(".yaml"),
              QStringLiteral("name: %1\n"
                             "objective: {metric: val/loss, direction: minimize}\n"
                             "trial:\n"
                             "  trainer: {model: mlp, width: 16, base_width: 16, steps: 20, batch_size: 50,\n"
                             "            validate_every: 20, data: toy.h5, classes: [bjets, cjets, ujets]}\n"
                             "space:\n"
                             "  max_lr: {type: float, low: 1e-4, high: 1e-1, scale: log}\n"
                             "search: {algorithm: random}\n"
                             "schedule: {%2}\n"
                             "checkpoints: %3\n"
                             "site: %4\n"
                             "resources: {parallel: 4}\n"
                             "budget: {trials: %5}\n"
                             "seed: 5\n")
                  .arg(name, schedule, checkpoints, site)
                  .arg(trialCount));
        TrainerSearches::search(name);
    }
    /// The checkpoints below a folder that are of the experiment, by trial.
    std::map<int, trainer::Checkpoint> checkpointsOf(const QString& name) const
    {
        std::map<int, trainer::Checkpoint> checkpoints;
        QDirIterator files(folder(), {QStringLiteral("checkpoint.pt")}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QStringList parts = files.next().split(u'/');
            if (parts[parts.size() - 3].startsWith(name + u'.'))
                checkpoints[parts[parts.size() - 2].toInt()] =
                    trainer::loadCheckpoint(files.filePath().toStdString());
        }
        return checkpoints;
    }
    /// The promoted trials went on, and of all the checkpoints only that of the best is left: what was
    /// measured is what lies there.
    void onlyTheBestIsLeft(const QString& name) const
    {
        const std::map<int, trainer::Checkpoint> left = checkpointsOf(name);
        const trainer::Checkpoint whole = checkpointsOf(QStringLiteral("whole")).at(left.begin()->first);
        QCOMPARE(left.size(), std::size_t(1));
        QVERIFY(left.begin()->second.values == whole.values);
        std::int64_t measured = 0;
        const Trial* best = nullptr;
        int promoted = 0;
        const std::vector<Trial> trials = trialsOf(name);
        for (const Trial& trial : trials) {
            QVERIFY(trial.checkpointBytes.has_value());
            measured += *trial.checkpointBytes;
            promoted += trial.state == TrialState::Completed && trial.attempt == 2 && trial.lastStep == 20;
            if (!best || *trial.objective < *best->objective)
                best = &trial;
        }
        QCOMPARE(promoted, promotedCount);
        QCOMPARE(best->number, left.begin()->first);
        QCOMPARE(measured, bytesOf(name));
        QVERIFY(measured * 40 < bytesOf(QStringLiteral("whole")));
    }
    std::int64_t bytesOf(const QString& name) const
    {
        std::int64_t bytes = 0;
        QDirIterator files(folder(), {QStringLiteral("checkpoint.pt*")}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext())
            if (files.next().contains(u'/' + name + u'.'))
                bytes += files.fileInfo().size();
        return bytes;
    }
    void compareWithTheUninterrupted(const QString& name) const
    {
        const std::map<int, trainer::Checkpoint> whole = checkpointsOf(QStringLiteral("whole"));
        const std::map<int, trainer::Checkpoint> promoted = checkpointsOf(name);
        const std::vector<Trial> trials = trialsOf(name);
        QCOMPARE(trials.size(), std::size_t(trialCount));
        int count = 0;
        for (const Trial& trial : trials) {
            if (trial.rung == 0) {
                QCOMPARE(trial.state, TrialState::Stopped);
                QCOMPARE(*trial.lastStep, 10);
                continue;
            }
            ++count;
            QCOMPARE(trial.state, TrialState::Completed);
            QCOMPARE(trial.attempt, 2);
            const trainer::Checkpoint& one = whole.at(trial.number);
            const trainer::Checkpoint& other = promoted.at(trial.number);
            QCOMPARE(other.step, 20);
            QVERIFY(other.values == one.values);
            QVERIFY(other.first == one.first);
            QVERIFY(other.second == one.second);
        }
        QCOMPARE(count, promotedCount);
    }

private Q_SLOTS:
    void initTestCase()
    {
        makeJets();
        search(QStringLiteral("whole"), QStringLiteral("local"), QStringLiteral("type: none"));
    }

    void endAsOthersHere()
    {
        search(QStringLiteral("here"), QStringLiteral("local"),
               QStringLiteral("type: halving, min_steps: 10, eta: 3, run_on: 0"));
        compareWithTheUninterrupted(QStringLiteral("here"));
    }

    void keepOnlyTheBestHere()
    {
        const QString name = QStringLiteral("thrifty");
        search(name, QStringLiteral("local"),
               QStringLiteral("type: halving, min_steps: 10, eta: 3, run_on: 0"), QStringLiteral("best"));
        onlyTheBestIsLeft(name);
    }

    void keepOnlyTheBestOnACluster()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        const QString name = QStringLiteral("thriftily");
        search(name, siteFor(QStringLiteral("array")),
               QStringLiteral("type: halving, min_steps: 10, eta: 3, run_on: 0"), QStringLiteral("best"));
        onlyTheBestIsLeft(name);
    }

    void endAsOthersOnACluster_data()
    {
        QTest::addColumn<QString>("submission");
        QTest::newRow("array") << QStringLiteral("array");
        QTest::newRow("pilot") << QStringLiteral("pilot");
    }
    void endAsOthersOnACluster()
    {
        QFETCH(QString, submission);
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        search(submission, siteFor(submission),
               QStringLiteral("type: halving, min_steps: 10, eta: 3, run_on: 0"));
        compareWithTheUninterrupted(submission);
    }
};

QTEST_GUILESS_MAIN(TestPromotedTrials)
#include "tst_promoted_trials.moc"
