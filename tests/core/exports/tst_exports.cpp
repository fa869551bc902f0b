// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exports/exports.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <stdexcept>

using namespace widthwise;

namespace {

Experiment trainerExperiment()
{
    Experiment experiment;
    experiment.name = "gn2-lr";
    experiment.objective.metric = "val/loss";
    experiment.seed = 7;
    experiment.trial.program =
        BundledTrainer{"{\"model\":\"gn2\",\"max_lr\":0.5,\"data\":\"it's.h5\",\"classes\":[\"b\",\"no\"]}"};
    experiment.trial.environment = {{"NOTE", "two words"}};
    return experiment;
}

Trial bestTrial()
{
    Trial trial;
    trial.number = 12;
    trial.state = TrialState::Completed;
    trial.configuration = Configuration({{"max_lr", 0.00001}, {"optimizer", std::string("adam")}});
    trial.objective = 0.25;
    trial.objectiveStep = 300;
    return trial;
}

QByteArray shellOutput(const std::string& script, const QString& directory)
{
    QProcess shell;
    shell.setWorkingDirectory(directory);
    shell.start(QStringLiteral("sh"), {QStringLiteral("-c"), QString::fromStdString(script)});
    shell.waitForFinished();
    return shell.readAllStandardOutput();
}

} // namespace

class TestExports : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void yamlHasTheSettingsAndWhereTheyCameFrom()
    {
        QCOMPARE(exportTrial(trainerExperiment(), bestTrial(), ExportFormat::Yaml),
                 std::string("model: gn2\n"
                             "max_lr: 1.0e-5\n"
                             "data: \"it's.h5\"\n"
                             "classes: [b, \"no\"]\n"
                             "optimizer: adam\n"
                             "widthwise: {experiment: gn2-lr, trial: 12, state: completed, seed: 7, "
                             "objective: {metric: val/loss, value: 0.25, step: 300}}\n"));
    }

    void jsonIsTheTrainersConfiguration()
    {
        const std::string text = exportTrial(trainerExperiment(), bestTrial(), ExportFormat::Json);
        const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
        QCOMPARE(json[QStringLiteral("max_lr")].toDouble(), 1e-5);
        QCOMPARE(json[QStringLiteral("data")].toString(), QStringLiteral("it's.h5"));
        const QJsonObject origin = json[QStringLiteral("widthwise")].toObject();
        QCOMPARE(origin[QStringLiteral("trial")].toInt(), 12);
        QCOMPARE(origin[QStringLiteral("objective")].toObject()[QStringLiteral("value")].toDouble(), 0.25);
    }

    void aTrialWithoutAnObjectiveHasNone()
    {
        Trial trial = bestTrial();
        trial.objective.reset();
        trial.state = TrialState::Diverged;
        const std::string text = exportTrial(trainerExperiment(), trial, ExportFormat::Yaml);
        QVERIFY(text.find("objective") == std::string::npos);
        QVERIFY(text.find("state: diverged") != std::string::npos);
    }

    /// The exported line is run, with a program in the trainer's place that shows what it is given.
    void theTrainersCommandRuns()
    {
        const QTemporaryDir directory;
        const std::string line = exportTrial(trainerExperiment(), bestTrial(), ExportFormat::CommandLine);
        const QByteArray output = shellOutput("printf '#!/bin/sh\\necho \"$NOTE|$*\"' > widthwise-trainer\n"
                                              "chmod +x widthwise-trainer\nPATH=$PWD:$PATH\n" +
                                                  line,
                                              directory.path());
        QCOMPARE(output, QByteArray("two words|train --config config.json\n"));
        QFile config(directory.filePath(QStringLiteral("config.json")));
        QVERIFY(config.open(QIODevice::ReadOnly));
        const QJsonObject json = QJsonDocument::fromJson(config.readAll()).object();
        QCOMPARE(json[QStringLiteral("data")].toString(), QStringLiteral("it's.h5"));
    }

    void aCommandIsFilled()
    {
        Experiment experiment = trainerExperiment();
        experiment.trial.program =
            CommandTemplate{"echo --lr={max_lr} --m={momentum} {optimizer} {trial} \"$NOTE\""};
        const std::string line = exportTrial(experiment, bestTrial(), ExportFormat::CommandLine);
        QCOMPARE(line, std::string("export NOTE='two words'\necho --lr=1e-5 adam 12 \"$NOTE\"\n"));
        QCOMPARE(shellOutput(line, QStringLiteral("/")), QByteArray("--lr=1e-5 adam 12 two words\n"));
    }

    void aCommandOfSeveralLinesEndsOnce()
    {
        Experiment experiment = trainerExperiment();
        experiment.trial.environment.clear();
        experiment.trial.program = CommandTemplate{"echo {max_lr}\necho {trial}\n"};
        QCOMPARE(exportTrial(experiment, bestTrial(), ExportFormat::CommandLine),
                 std::string("echo 1e-5\necho 12\n"));
    }

    void formatsHaveNames()
    {
        for (std::size_t i = 0; i < exportFormats().size(); ++i)
            QVERIFY(exportFormatFromText(exportFormats()[i]) == ExportFormat(i));
        try {
            exportFormatFromText("yml");
            QFAIL("accepted");
        } catch (const std::invalid_argument& error) {
            QVERIFY2(QByteArray(error.what()).contains("did you mean \"yaml\""), error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestExports)
#include "tst_exports.moc"
