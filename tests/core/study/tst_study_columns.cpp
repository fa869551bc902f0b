// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/study_columns.h"

#ifdef WITH_TRAINER
#include "core/trainer/engine/settings.h"
#endif

#include <QTest>

using namespace widthwise;

namespace {

Experiment withTrainer(const char* settings)
{
    Experiment experiment;
    experiment.trial.program = BundledTrainer{settings};
    return experiment;
}

} // namespace

class TestStudyColumns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parametersOverrideSettings();
    void theTrainersDefaultsAreKnown();
    void aCommandHasTheColumnsOfItsParameters();
    void otherTypesAreNoColumns();
};

void TestStudyColumns::parametersOverrideSettings()
{
    const Experiment experiment =
        withTrainer(R"({"width": 128, "base_width": 32, "max_lr": 0.1, "parametrization": "sp"})");
    const Configuration configuration(
        {{"max_lr", 0.02}, {"seed", std::int64_t(7)}, {"layers", std::int64_t(2)}});
    QVERIFY(studyColumns(experiment, configuration) == (StudyColumns{128, 32, "sp", 0.02, 7}));
    QCOMPARE(studyColumns(experiment, Configuration({{"width", std::int64_t(512)}})).width,
             std::optional(512));
}

void TestStudyColumns::theTrainersDefaultsAreKnown()
{
#ifdef WITH_TRAINER
    const trainer::Settings defaults;
    const StudyColumns columns = studyColumns(withTrainer("{}"), {});
    QCOMPARE(columns.width, std::optional(defaults.width));
    QCOMPARE(columns.baseWidth, std::optional(defaults.baseWidth));
    QCOMPARE(columns.learningRate, std::optional(defaults.maxLr));
    QCOMPARE(columns.seed, std::optional(defaults.seed));
    const std::string said = "{\"parametrization\": \"" + columns.parametrization + "\"}";
    QVERIFY(trainer::changes(defaults, trainer::parseSettings(said)).empty());
#else
    QSKIP("the bundled trainer is not built");
#endif
}

void TestStudyColumns::aCommandHasTheColumnsOfItsParameters()
{
    Experiment experiment;
    experiment.trial.program = CommandTemplate{"train --lr={lr}"};
    const Configuration configuration({{"lr", 0.5}, {"width", std::int64_t(32)}});
    QVERIFY(studyColumns(experiment, configuration) == (StudyColumns{32, {}, {}, 0.5, {}}));
    QVERIFY(studyColumns(experiment, {}) == StudyColumns{});
    QCOMPARE(studyColumns(experiment, Configuration({{"learning_rate", 0.25}, {"lr", 0.5}})).learningRate,
             std::optional(0.25));
}

void TestStudyColumns::otherTypesAreNoColumns()
{
    Experiment experiment;
    experiment.trial.program = CommandTemplate{"train"};
    const Configuration configuration(
        {{"width", 32.5}, {"lr", std::string("auto")}, {"parametrization", true}});
    QVERIFY(studyColumns(experiment, configuration) == StudyColumns{});
}

QTEST_GUILESS_MAIN(TestStudyColumns)
#include "tst_study_columns.moc"
