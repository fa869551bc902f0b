// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "tests/ui/test_store.h"
#include "tests/ui/ui_test.h"
#include "ui/monitor/curve_styles.h"
#include "ui/theme/theme.h"

#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

class TestCurveStyles : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void stylesSayStateOrParametrization();
};

void TestCurveStyles::stylesSayStateOrParametrization()
{
    Experiment experiment = parseExperiment(TestStore::experimentText());
    std::vector<Trial> trials(3);
    for (int number = 0; number < 3; ++number) {
        trials[std::size_t(number)].number = number;
        trials[std::size_t(number)].state = number == 2 ? TrialState::Running : TrialState::Completed;
        trials[std::size_t(number)].objective = 1.0 + number;
        trials[std::size_t(number)].configuration.set("parametrization",
                                                      std::string(number == 1 ? "sp" : "mup"));
    }
    const Theme& theme = Theme::instance();
    const auto all = [](int) { return true; };
    CurveStyles styles = curveStyles(experiment, trials, all, all);
    QCOMPARE(styles.styles.at(0).color, theme.color(Tone::Good).rgb()); // the best
    QCOMPARE(styles.styles.at(2).color, theme.color(Tone::Accent).rgb());
    QVERIFY(styles.styles.at(0).layer > styles.styles.at(1).layer);
    QCOMPARE(styles.legend.size(), 3U);

    std::vector<Parameter> parameters = experiment.space.parameters();
    parameters.push_back({"parametrization", Choices{{std::string("mup"), std::string("sp")}}, {}, {}});
    experiment.space = SearchSpace(parameters);
    styles = curveStyles(experiment, trials, all, all);
    QCOMPARE(styles.styles.at(0).color, theme.parametrization(QStringLiteral("mup")).rgb());
    QCOMPARE(styles.styles.at(1).color, theme.parametrization(QStringLiteral("sp")).rgb());
    QVERIFY(styles.styles.at(1).dashed && !styles.styles.at(0).dashed);
}

WIDTHWISE_UI_TEST_MAIN(TestCurveStyles)
#include "tst_curve_styles.moc"
