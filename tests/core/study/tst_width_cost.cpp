// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/width_cost.h"

#ifdef WITH_TRAINER
#include "core/models/families.h"
#include "core/models/parameter_layout.h"
#include "core/trainer/engine/settings.h"
#include "core/trainer/families/registry.h"
#endif

#include <QTest>

using namespace widthwise;

namespace {

Experiment withTrainer(const QByteArray& settings)
{
    Experiment experiment;
    experiment.trial.program = BundledTrainer{settings.toStdString()};
    return experiment;
}

QByteArray gn2(int width, bool tasks)
{
    return R"({"classes": ["bjets", "cjets", "ujets"], "width": )" + QByteArray::number(width) +
           (tasks ? R"(, "origin_task": true, "vertex_task": true})" : "}");
}

} // namespace

class TestWidthCost : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Of salt's configuration of 2023 (salt/configs/GN2.yaml at f82f792).
    void gn2HasSaltsParameters()
    {
        const QList<std::pair<int, double>> published{
            {64, 294'637}, {128, 715'437}, {256, 2'343'469}, {512, 8'745'261}};
        for (const auto& [width, parameters] : published)
            QCOMPARE(widthCost(withTrainer(gn2(width, true)), {})->parameters, parameters);
    }

    /// Counted layer by layer: 13 million at width 64 and 136 million at 256, but for the vertex head.
    void operationsAreThoseOfTheLayers()
    {
        const double narrow = widthCost(withTrainer(gn2(64, false)), {})->operations / 1e6;
        const double wide = widthCost(withTrainer(gn2(256, false)), {})->operations / 1e6;
        QVERIFY2(narrow > 9 && narrow < 13, qPrintable(QString::number(narrow)));
        QVERIFY2(wide > 125 && wide < 140, qPrintable(QString::number(wide)));
        const double tasks = widthCost(withTrainer(gn2(256, true)), {})->operations / 1e6 - wide;
        const double tasksNarrow = widthCost(withTrainer(gn2(64, true)), {})->operations / 1e6 - narrow;
        QVERIFY(qAbs(tasks - tasksNarrow) < 1e-6); // heads do not grow
    }

    void theTrainerCountsTheSame_data()
    {
        QTest::addColumn<QByteArray>("settings");
        QTest::newRow("gn2") << QByteArray(R"({"width": 32, "base_width": 64, "layers": 2, "heads": 4})");
        QTest::newRow("tasks") << QByteArray(R"({"width": 128, "origin_task": true, "vertex_task": true})");
        QTest::newRow("mlp") << QByteArray(R"({"model": "mlp", "width": 48, "layers": 3, "mlp_tracks": 7})");
        QTest::newRow("mlpf") << QByteArray(R"({"model": "mlpf", "width": 64, "layers": 3})");
        QTest::newRow("mlpf, one layer") << QByteArray(R"({"model": "mlpf", "width": 32, "layers": 1})");
        QTest::newRow("inputs") << QByteArray(
            R"({"model": "mlp", "bias": false, "jet_variables": ["pt"], "track_variables": ["d0", "z0", "dphi"]})");
    }
    void theTrainerCountsTheSame()
    {
        QFETCH(QByteArray, settings);
#ifdef WITH_TRAINER
        const trainer::Settings parsed = trainer::parseSettings(settings.toStdString());
        const auto specs = trainer::factsOf(parsed).parameters(parsed, {{ "classes", 4 }});
        QCOMPARE(widthCost(withTrainer(settings), {})->parameters, double(trainer::parameterCount(specs)));
#else
        QSKIP("the bundled trainer is not built");
#endif
    }

    void parametersOfTheSpaceCount()
    {
        const Experiment experiment = withTrainer(gn2(64, false));
        const Configuration wide({{"width", std::int64_t(256)}});
        QCOMPARE(widthCost(experiment, wide)->parameters,
                 widthCost(withTrainer(gn2(256, false)), {})->parameters);
        const double ratio = *stepTimeRatio(experiment, {}, experiment, wide);
        QVERIFY2(ratio > 9 && ratio < 16, qPrintable(QString::number(ratio)));
    }

    void aCommandGrowsWithTheSquareOfItsWidth()
    {
        Experiment experiment;
        experiment.trial.program = CommandTemplate{"train {width}"};
        const Configuration narrow({{"width", std::int64_t(64)}});
        const Configuration wide({{"width", std::int64_t(192)}});
        QVERIFY(!widthCost(experiment, narrow));
        QCOMPARE(stepTimeRatio(experiment, narrow, experiment, wide), std::optional(9.0));
        QVERIFY(!stepTimeRatio(experiment, narrow, experiment, {}));
    }
};

QTEST_GUILESS_MAIN(TestWidthCost)
#include "tst_width_cost.moc"
