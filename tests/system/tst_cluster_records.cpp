// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of trials whose jobs ended while nobody looked, and were forgotten by the queue: with
// accounting, and without, where a trial's own last word is all that there is.
#include "tests/system/cluster_experiment.h"

#include <QTest>

using namespace widthwise;

class TestClusterRecords : public QObject {
    Q_OBJECT

    static constexpr int patience = 180'000;

private Q_SLOTS:
    void forgotten_data()
    {
        QTest::addColumn<bool>("accounting");
        QTest::newRow("accounting off") << false;
        QTest::newRow("accounting on") << true;
    }
    /// Trial 0 ends by itself, trial 1 is cancelled by hand, trial 2 is killed with its wrapper.
    void forgotten()
    {
        QFETCH(bool, accounting);
        const TestCluster::Options options{
            .nodes = 1, .accounting = accounting, .settings = {QStringLiteral("MinJobAge=2")}};
        if (const QString missing = TestCluster::missing(options); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        TestCluster cluster;
        cluster.start(options);
        ClusterExperiment experiment(
            cluster,
            {.beginning = QStringLiteral("[ \"$WIDTHWISE_TRIAL\" = 0 ] || [ \"$WIDTHWISE_ATTEMPT\" != 1 ] || "
                                         "{ sleep 1000 & wait; }")});
        experiment.drive();
        QTRY_VERIFY_WITH_TIMEOUT(experiment.count(TrialState::Running) == 3, patience);
        experiment.killDriver();
        experiment.letGo();
        const auto shell = [&](const QString& command) {
            const TestCluster::Result result = cluster.shell(command);
            QVERIFY2(result.exitCode == 0, qPrintable(command + result.errors));
        };
        shell(QStringLiteral("scancel ") + experiment.jobOf(1));
        experiment.killWrapper(2);
        QTRY_COMPARE_WITH_TIMEOUT(cluster.shell(QStringLiteral("squeue -h -r -t all")).output, QString(),
                                  patience);
        experiment.drive();
        QVERIFY(experiment.ends(patience));
        const std::vector<Trial> trials = experiment.trials();
        QCOMPARE(trials[0].state, TrialState::Completed);
        QCOMPARE(trials[0].attempt, 1);
        for (int i : {1, 2}) { // what nobody can explain goes on
            const Trial& trial = trials[static_cast<std::size_t>(i)];
            QVERIFY2(trial.state == (accounting ? TrialState::Failed : TrialState::Completed),
                     trial.reason.c_str());
            QCOMPARE(trial.attempt, accounting ? 1 : 2);
        }
        if (accounting) {
            QVERIFY2(trials[1].reason.find("was cancelled") != std::string::npos, trials[1].reason.c_str());
            QVERIFY2(trials[2].reason.find("its job was killed") != std::string::npos,
                     trials[2].reason.c_str());
        }
        experiment.verify();
    }
};

QTEST_GUILESS_MAIN(TestClusterRecords)
#include "tst_cluster_records.moc"
