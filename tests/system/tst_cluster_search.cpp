// SPDX-License-Identifier: GPL-3.0-or-later
// A search with the bundled trainer on a SLURM cluster over SSH gives, trial by trial, what it gives on this
// machine.
#include "core/store/experiments.h"
#include "core/store/series.h"
#include "core/store/trials.h"
#include "tests/system/test_cluster.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace widthwise;

class TestClusterSearch : public QObject {
    Q_OBJECT

    static constexpr int trialCount = 24;

    TestCluster m_cluster;
    QTemporaryDir m_folder;

    QString path(const QString& name) const { return m_folder.filePath(name); }
    void write(const QString& name, const QString& text) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QFile::WriteOnly));
        file.write(text.toUtf8());
    }
    void run(const QString& program, const QStringList& arguments) const
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(program, arguments);
        constexpr int patience = 400'000;
        QVERIFY(process.waitForFinished(patience));
        QVERIFY2(process.exitCode() == 0, process.readAll().constData());
    }
    void search(const QString& site) const
    {
        write(site + QStringLiteral("-search.yaml"),
              QStringLiteral("name: %1\n"
                             "objective: {metric: val/loss, direction: minimize}\n"
                             "trial:\n"
                             "  trainer: {model: mlp, width: 16, base_width: 16, steps: 20, batch_size: 50,\n"
                             "            validate_every: 10, data: toy.h5, classes: [bjets, cjets, ujets]}\n"
                             "space:\n"
                             "  max_lr: {type: float, low: 1e-4, high: 1e-1, scale: log}\n"
                             "  layers: {type: integer, low: 1, high: 3}\n"
                             "search: {algorithm: random}\n"
                             "site: %2\n"
                             "resources: {parallel: 4, cpus: 1, gpus: %3}\n"
                             "budget: {trials: %4}\n"
                             "seed: 5\n")
                  .arg(site, site == QStringLiteral("local") ? site : site + QStringLiteral(".yaml"))
                  .arg(site == QStringLiteral("local") ? 0 : 1)
                  .arg(trialCount));
        run(QStringLiteral(WIDTHWISECTL), {QStringLiteral("run"), path(site + QStringLiteral("-search.yaml")),
                                           QStringLiteral("--store"), path(QStringLiteral("store.db"))});
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start();
        run(QStringLiteral(WIDTHWISE_TRAINER),
            {QStringLiteral("simulate"), QStringLiteral("--jets"), QStringLiteral("1500"),
             QStringLiteral("--out"), path(QStringLiteral("toy.h5"))});
        write(QStringLiteral("cluster.yaml"),
              QStringLiteral("host: cluster\nssh_config: %1\nscheduler: slurm\n"
                             "folder: %2\ntrainer: %3\npoll_interval: 2s\n")
                  .arg(m_cluster.sshConfig(), path(QStringLiteral("scratch")),
                       QStringLiteral(WIDTHWISE_TRAINER)));
    }

    void givesTheSameEverywhere()
    {
        search(QStringLiteral("local"));
        search(QStringLiteral("cluster"));

        Database database(path(QStringLiteral("store.db")).toStdString());
        SeriesTable table(database);
        std::map<std::string, std::vector<TrialRecord>> trials;
        for (const char* name : {"local", "cluster"}) {
            const auto record = Experiments(database).find(std::string_view(name));
            QVERIFY(record && record->state == ExperimentState::Completed);
            trials[name] = Trials(database).all(record->id);
            QCOMPARE(trials[name].size(), std::size_t(trialCount));
        }
        for (int i = 0; i < trialCount; ++i) {
            const TrialRecord& here = trials["local"][std::size_t(i)];
            const TrialRecord& there = trials["cluster"][std::size_t(i)];
            QCOMPARE(there.trial.state, TrialState::Completed);
            QVERIFY2(there.trial.device.starts_with('n') &&
                         there.trial.device.find("cuda:") != std::string::npos,
                     there.trial.device.c_str());
            QVERIFY(there.trial.configuration == here.trial.configuration);
            QCOMPARE(there.trial.attempt, 1);
            std::map<std::string, Points> points;
            for (const TrialRecord* record : {&here, &there})
                for (const SeriesSummary& summary : table.summaries(record->experiment))
                    if (summary.trial == record->id) {
                        const Points read = table.read(summary.id);
                        const auto [known, isNew] = points.try_emplace(summary.metric, read);
                        QCOMPARE(read.steps, known->second.steps);
                        QCOMPARE(read.values, known->second.values);
                        QCOMPARE(isNew, record == &here);
                    }
            QVERIFY(points.contains("val/loss"));
        }
    }
};

QTEST_GUILESS_MAIN(TestClusterSearch)
#include "tst_cluster_search.moc"
