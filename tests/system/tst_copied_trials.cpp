// SPDX-License-Identifier: GPL-3.0-or-later
// Population-based training with the bundled trainer: a copy goes on from the other trial's weights exactly,
// on this machine and on a SLURM cluster over SSH.
#include "core/trainer/engine/checkpoint.h"
#include "tests/system/trainer_cluster.h"

#include <QDirIterator>
#include <QTest>

using namespace widthwise;

class TestCopiedTrials : public QObject, private TrainerCluster {
    Q_OBJECT

    void search(const QString& name, const QString& site) const
    {
        write(name + QStringLiteral(".yaml"),
              QStringLiteral("name: %1\n"
                             "objective: {metric: val/loss, direction: minimize}\n"
                             "trial:\n"
                             "  trainer: {model: mlp, optimizer: adamw, width: 16, base_width: 16, steps: "
                             "30, batch_size: 50,\n"
                             "            validate_every: 5, data: toy.h5, classes: [bjets, cjets, ujets]}\n"
                             "space:\n"
                             "  max_lr: {type: float, low: 1e-4, high: 1e-1, scale: log}\n"
                             "  weight_decay: {type: float, low: 1e-6, high: 1e-2, scale: log}\n"
                             "search: {algorithm: random}\n"
                             "schedule: {type: pbt, min_steps: 10, population: 6, truncation: 0.34}\n"
                             "site: %2\n"
                             "resources: {parallel: 3}\n"
                             "budget: {trials: 6}\n"
                             "seed: 5\n")
                  .arg(name, site));
        TrainerSearches::search(name);
    }
    QString directoryOf(const QString& experiment, int trial) const
    {
        QDirIterator folders(folder(), QDir::Dirs | QDir::NoDotAndDotDot, QDirIterator::Subdirectories);
        while (folders.hasNext()) {
            const QStringList parts = folders.next().split(u'/');
            if (parts.size() > 1 && parts[parts.size() - 2].startsWith(experiment + u'.') &&
                parts.back() == QStringLiteral("%1").arg(trial, 4, 10, QLatin1Char('0')))
                return folders.filePath();
        }
        return {};
    }
    static trainer::Checkpoint checkpoint(const QString& folder)
    {
        return trainer::loadCheckpoint(folder.toStdString() + "/checkpoint.pt");
    }
    static void compare(const trainer::Checkpoint& one, const trainer::Checkpoint& other)
    {
        QCOMPARE(one.step, other.step);
        QVERIFY(one.values == other.values);
        QVERIFY(one.first == other.first);
        QVERIFY(one.second == other.second);
    }
    /// The trainer by itself, with the settings of a trial, in a new folder.
    QString train(const QString& name, const QString& settingsFrom, const QStringList& environment) const
    {
        QDir().mkpath(path(name));
        QFile::copy(settingsFrom + QStringLiteral("/config.json"),
                    path(name + QStringLiteral("/config.json")));
        QStringList words{QStringLiteral("WIDTHWISE_TRIAL_DIR=") + path(name),
                          QStringLiteral("WIDTHWISE_EXPERIMENT_DIR=") + folder()};
        words += environment;
        words += {QStringLiteral(WIDTHWISE_TRAINER), QStringLiteral("train"), QStringLiteral("--config"),
                  path(name + QStringLiteral("/config.json"))};
        run(QStringLiteral("env"), words);
        return path(name);
    }

    /// Each copy began with what the other trial was at that step.
    void checkCopies(const QString& name) const
    {
        int copies = 0, places = 0;
        for (const Trial& trial : trialsOf(name)) {
            places += trial.state == TrialState::Completed;
            if (!trial.promotedFrom)
                continue;
            ++copies;
            const QString start = directoryOf(name, trial.number) + QStringLiteral("/checkpoint.pt.start");
            const trainer::Checkpoint begun = checkpoint(start);
            QVERIFY(begun.step == 10 || begun.step == 20);
            compare(begun, checkpoint(directoryOf(name, *trial.promotedFrom) +
                                      QStringLiteral("/checkpoint.pt.step-%1").arg(begun.step)));
        }
        QVERIFY2(copies >= 2, qPrintable(QString::number(copies))); // one at each comparison
        QCOMPARE(places, 6);
    }

private Q_SLOTS:
    void initTestCase()
    {
        makeJets();
        search(QStringLiteral("here"), QStringLiteral("local"));
    }

    void copiesBeginWithTheOthersWeights() { checkCopies(QStringLiteral("here")); }

    /// Though it paused, its weights at the end are those of a training from the other's checkpoint.
    void copiesGoOnExactly()
    {
        for (const Trial& trial : trialsOf(QStringLiteral("here"))) {
            if (!trial.promotedFrom || trial.state != TrialState::Completed)
                continue;
            const QString directory = directoryOf(QStringLiteral("here"), trial.number);
            const QString alone = train(QStringLiteral("alone-%1").arg(trial.number), directory,
                                        {QStringLiteral("WIDTHWISE_START_FROM=") + directory +
                                         QStringLiteral("/checkpoint.pt.start")});
            compare(checkpoint(alone), checkpoint(directory));
            return;
        }
        QFAIL("no copy has come to its end");
    }

    /// With the same hyperparameters, a training in two folders is the training in one.
    void aStartIsAContinuation()
    {
        const QString settings = directoryOf(QStringLiteral("here"), 0);
        const QString whole = train(QStringLiteral("whole"), settings, {});
        const QString first =
            train(QStringLiteral("first"), settings, {QStringLiteral("WIDTHWISE_UNTIL_STEP=10")});
        const QString second =
            train(QStringLiteral("second"), settings, {QStringLiteral("WIDTHWISE_START_FROM=") + first});
        QCOMPARE(checkpoint(first).step, 10);
        compare(checkpoint(second), checkpoint(whole));
    }

    void aMissingCheckpointIsNamed()
    {
        QProcess trainer;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("WIDTHWISE_TRIAL_DIR"), path(QStringLiteral("second")));
        environment.insert(QStringLiteral("WIDTHWISE_EXPERIMENT_DIR"), folder());
        environment.insert(QStringLiteral("WIDTHWISE_START_FROM"), QStringLiteral("/nowhere"));
        trainer.setProcessEnvironment(environment);
        trainer.start(QStringLiteral(WIDTHWISE_TRAINER), {QStringLiteral("train"), QStringLiteral("--config"),
                                                          path(QStringLiteral("second/config.json"))});
        QVERIFY(trainer.waitForFinished(-1));
        QVERIFY(trainer.exitCode() != 0);
        const QByteArray said = trainer.readAllStandardError() + trainer.readAllStandardOutput();
        QVERIFY2(
            said.contains("/nowhere/checkpoint.pt: the checkpoint of the trial that this one is a copy of "
                          "is not there"),
            said.constData());
    }

    void copiesOnACluster_data()
    {
        QTest::addColumn<QString>("submission");
        QTest::newRow("array") << QStringLiteral("array");
        QTest::newRow("pilot") << QStringLiteral("pilot");
    }
    void copiesOnACluster()
    {
        QFETCH(QString, submission);
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        search(submission, siteFor(submission));
        checkCopies(submission);
    }
};

QTEST_GUILESS_MAIN(TestCopiedTrials)
#include "tst_copied_trials.moc"
