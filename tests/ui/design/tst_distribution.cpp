// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/grid_search.h"
#include "tests/ui/design/sample_text.h"
#include "tests/ui/ui_test.h"
#include "ui/design/distribution.h"
#include "ui/design/experiment_document.h"
#include "ui/design/grid_count.h"
#include "ui/design/plan_summary.h"
#include "ui/design/value_list.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

Experiment sample()
{
    ExperimentDocument document;
    document.load(sampleText());
    return document.experiment();
}

int total(const Distribution& distribution)
{
    return std::accumulate(distribution.bars.begin(), distribution.bars.end(), 0,
                           [](int sum, const auto& bar) { return sum + bar.count; });
}

} // namespace

class TestDistribution : public UiTest {
    Q_OBJECT
private Q_SLOTS:
    void everySampleIsInABar()
    {
        const Experiment experiment = sample();
        const auto samples = sampleConfigurations(experiment, 1000);
        QCOMPARE(samples.size(), 1000U);
        for (const Parameter& parameter : experiment.space.parameters()) {
            const Distribution distribution = distributionOf(parameter, samples);
            QCOMPARE(total(distribution), distribution.active);
            QCOMPARE(distribution.samples, 1000);
        }
    }

    void aLogScaleThatCannotBeHasNoDecades_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("from zero") << 0.0 << 1.0;
        QTest::newRow("from below zero") << -1.0 << 1.0;
        QTest::newRow("backwards") << 1.0 << 0.1;
        QTest::newRow("empty") << 1.0 << 1.0;
    }
    void aLogScaleThatCannotBeHasNoDecades()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        Parameter parameter;
        parameter.name = "max_lr";
        parameter.domain = FloatRange{low, high, Scale::Log, {}};
        QVERIFY(distributionOf(parameter, {}).decades.empty());
    }

    void randomSearchIsFlatOnItsOwnScale()
    {
        const Experiment experiment = sample();
        const Distribution rate =
            distributionOf(experiment.space.parameters()[0], sampleConfigurations(experiment, 1000));
        QVERIFY(rate.logarithmic);
        QVERIFY(!rate.discrete);
        QCOMPARE(rate.decades.size(), 4U);
        QCOMPARE(rate.low, QStringLiteral("0.0001"));
        for (const Distribution::Bar& bar : rate.bars) // 31 expected, σ = 5.5
            QVERIFY2(bar.count > 8 && bar.count < 60, qPrintable(QString::number(bar.count)));
    }

    void choicesAreBarsAndConditionsThinThemOut()
    {
        const Experiment experiment = sample();
        const auto samples = sampleConfigurations(experiment, 1000);
        const Distribution optimizer = distributionOf(experiment.space.parameters()[2], samples);
        QVERIFY(optimizer.discrete);
        QCOMPARE(optimizer.bars.size(), 2U);
        QCOMPARE(optimizer.bars[1].label, QStringLiteral("sgd"));
        const Distribution momentum = distributionOf(experiment.space.parameters()[3], samples);
        QCOMPARE(momentum.active, optimizer.bars[1].count);
    }

    void aGridIsShownAsItIs()
    {
        Experiment experiment = sample();
        experiment.search = {"grid", {{"points", 3}}};
        const auto samples = sampleConfigurations(experiment, 1000);
        QCOMPARE(samples.size(), gridSize(experiment.space, 3));
        const Distribution rate = distributionOf(experiment.space.parameters()[0], samples);
        QCOMPARE(
            std::count_if(rate.bars.begin(), rate.bars.end(), [](const auto& bar) { return bar.count > 0; }),
            3);
    }

    void oneBrokenParameterDoesNotHideTheOthers()
    {
        Experiment experiment = sample();
        std::vector<Parameter> parameters = experiment.space.parameters();
        std::get<Choices>(parameters[2].domain).values.clear();
        experiment.space = SearchSpace(parameters);
        const auto samples = sampleConfigurations(experiment, 100);
        QCOMPARE(samples.size(), 100U);
        QCOMPARE(distributionOf(parameters[0], samples).active, 100);
        QCOMPARE(distributionOf(parameters[3], samples).active, 0);
    }

    void hugeGridsAreCountedNotWritten()
    {
        Experiment experiment = sample();
        experiment.search = {"grid", {{"points", 3}}};
        experiment.space = SearchSpace({{"x", FloatRange{0, 1, Scale::Linear, 1e-5}, {}, {}},
                                        {"n", IntegerRange{0, 899'999, Scale::Linear, 1}, {}, {}}});
        QVERIFY(!isSmallGrid(experiment.space, 3));
        QVERIFY(sampleConfigurations(experiment, 10).empty());
        const PlanSummary plan(experiment, {});
        QCOMPARE(*plan.combinations(), 100001.0 * 900000.0);
        QCOMPARE(*plan.trials(), 12.0);
        experiment.search.algorithm = "random";
        const auto samples = sampleConfigurations(experiment, 10);
        QCOMPARE(distributionOf(experiment.space.parameters()[0], samples).active, 10);
    }

    void planKnowsCountAndCost()
    {
        Experiment experiment = sample();
        experiment.resources.parallel = 5;
        const PlanSummary random(experiment, Seconds(60));
        QVERIFY(!random.combinations());
        QCOMPARE(*random.trials(), 12.0);
        QCOMPARE(random.wallTime()->count(), 180.0);
        QVERIFY(random.text().contains(QStringLiteral("12 trials, 5 at a time")));
        QVERIFY(random.text().contains(QStringLiteral("3 min")));

        experiment.budget.trials = 1;
        QVERIFY(PlanSummary(experiment, {}).text().contains(QStringLiteral("· 1 trial, 5 at a time")));

        experiment.search = {"grid", {{"points", 2}}};
        experiment.budget.trials.reset();
        const PlanSummary grid(experiment, {});
        QCOMPARE(*grid.combinations(), static_cast<double>(gridSize(experiment.space, 2)));
        QCOMPARE(*grid.trials(), *grid.combinations());
        QVERIFY(!grid.wallTime());
    }

    void listsOfValuesReadBack()
    {
        const std::vector<Value> values{true,
                                        std::int64_t{1},
                                        1.0,
                                        1e-5,
                                        std::string("adam"),
                                        std::string("1"),
                                        std::string("a, b"),
                                        std::string("say \"hi\""),
                                        std::string("\\"),
                                        std::string(" x"),
                                        std::string("true"),
                                        std::string()};
        QVERIFY(valuesFromText(valuesToText(values)) == values);
        QCOMPARE(valuesToText({std::string("adam"), std::string("1")}), QStringLiteral("adam, \"1\""));
        QVERIFY(valuesFromText(QStringLiteral(" , ,")).empty());
    }
};

WIDTHWISE_UI_TEST_MAIN(TestDistribution)
#include "tst_distribution.moc"
