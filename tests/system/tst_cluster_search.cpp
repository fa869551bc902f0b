// SPDX-License-Identifier: GPL-3.0-or-later
// A search with the bundled trainer on a SLURM cluster over SSH gives, trial by trial, what it gives on this
// machine.
#include "core/store/experiments.h"
#include "core/store/series.h"
#include "core/store/trials.h"
#include "tests/system/test_cluster.h"
#include "tests/system/trainer_search.h"

#include <QTest>

using namespace widthwise;

class TestClusterSearch : public QObject, private TrainerSearches {
    Q_OBJECT

    static constexpr int trialCount = 24;

    TestCluster m_cluster;

    /// `site` is `local` or `cluster`; `trainer` more of the trainer's settings.
    void search(const QString& name, const QString& site, int trials, const QString& resources,
                const QString& trainer = {}) const
    {
        write(
            name + QStringLiteral(".yaml"),
            QStringLiteral("name: %1\n"
                           "objective: {metric: val/loss, direction: minimize}\n"
                           "trial:\n"
                           "  trainer: {model: mlp, width: 16, base_width: 16, steps: 20, batch_size: 50,\n"
                           "            validate_every: 10, data: toy.h5, classes: [bjets, cjets, ujets]%2}\n"
                           "space:\n"
                           "  max_lr: {type: float, low: 1e-4, high: 1e-1, scale: log}\n"
                           "  layers: {type: integer, low: 1, high: 3}\n"
                           "search: {algorithm: random}\n"
                           "site: %3\n"
                           "resources: {%4}\n"
                           "budget: {trials: %5}\n"
                           "seed: 5\n")
                .arg(name, trainer, site == QStringLiteral("local") ? site : QStringLiteral("site.yaml"),
                     resources)
                .arg(trials));
        TrainerSearches::search(name);
    }
    /// The two experiments have the same configurations and the same metrics, bit for bit.
    void compare(const char* here, const char* there, int trials) const
    {
        Database database(path(QStringLiteral("store.db")).toStdString());
        std::map<std::string, std::vector<TrialRecord>> records;
        for (const char* name : {here, there}) {
            const auto record = Experiments(database).find(std::string_view(name));
            QVERIFY(record && record->state == ExperimentState::Completed);
            records[name] = Trials(database).all(record->id);
            QCOMPARE(records[name].size(), std::size_t(trials));
        }
        for (int i = 0; i < trials; ++i) {
            const TrialRecord& one = records[here][std::size_t(i)];
            const TrialRecord& other = records[there][std::size_t(i)];
            QCOMPARE(other.trial.state, TrialState::Completed);
            QVERIFY(other.trial.configuration == one.trial.configuration);
            QCOMPARE(other.trial.attempt, 1);
            compareSeries(database, one, other);
        }
    }
    static void compareSeries(Database& database, const TrialRecord& one, const TrialRecord& other)
    {
        SeriesTable table(database);
        std::map<std::string, Points> points;
        for (const TrialRecord* record : {&one, &other})
            for (const SeriesSummary& summary : table.summaries(record->experiment))
                if (summary.trial == record->id) {
                    const Points read = table.read(summary.id);
                    const auto [known, isNew] = points.try_emplace(summary.metric, read);
                    QCOMPARE(read.steps, known->second.steps);
                    QCOMPARE(read.values, known->second.values);
                    QCOMPARE(isNew, record == &one);
                }
        QVERIFY(points.contains("val/loss"));
    }
    std::vector<std::string> devicesOf(const char* name) const
    {
        Database database(path(QStringLiteral("store.db")).toStdString());
        std::vector<std::string> devices;
        if (const auto record = Experiments(database).find(std::string_view(name)))
            for (const TrialRecord& trial : Trials(database).all(record->id))
                devices.push_back(trial.trial.device);
        return devices;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = TestCluster::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        m_cluster.start();
        makeJets();
        write(QStringLiteral("site.yaml"), QStringLiteral("host: cluster\nssh_config: %1\nscheduler: slurm\n"
                                                          "folder: %2\ntrainer: %3\n")
                                               .arg(m_cluster.sshConfig(), path(QStringLiteral("scratch")),
                                                    QStringLiteral(WIDTHWISE_TRAINER)));
    }

    void givesTheSameEverywhere()
    {
        search(QStringLiteral("local"), QStringLiteral("local"), trialCount,
               QStringLiteral("parallel: 4, cpus: 1"));
        search(QStringLiteral("cluster"), QStringLiteral("cluster"), trialCount,
               QStringLiteral("parallel: 4, cpus: 1, gpus: 1"));
        compare("local", "cluster", trialCount);
        for (const std::string& device : devicesOf("cluster"))
            QVERIFY2(device.starts_with('n') && device.find("cuda:") != std::string::npos, device.c_str());
    }

    void givesTheSameOnTwoNodesAsWithTwoWorkers()
    {
        search(QStringLiteral("workers"), QStringLiteral("local"), 2, QStringLiteral("parallel: 1, cpus: 2"),
               QStringLiteral(", workers: 2"));
        search(QStringLiteral("nodes"), QStringLiteral("cluster"), 2,
               QStringLiteral("parallel: 2, nodes: 2"));
        compare("workers", "nodes", 2);
        for (const std::string& device : devicesOf("nodes"))
            QVERIFY2(device.starts_with("n["), device.c_str()); // n[1-2]
    }
};

QTEST_GUILESS_MAIN(TestClusterSearch)
#include "tst_cluster_search.moc"
