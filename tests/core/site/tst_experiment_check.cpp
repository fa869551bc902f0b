// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/experiment_check.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace widthwise;

namespace {

void write(const QString& path, const QByteArray& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
}

} // namespace

class TestExperimentCheck : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        qputenv("XDG_CONFIG_HOME", m_folder.filePath(QStringLiteral("config")).toUtf8());
        QDir().mkpath(m_folder.filePath(QStringLiteral("config/widthwise/sites")));
        QDir().mkpath(m_folder.filePath(QStringLiteral("folder.h5")));
        write(m_folder.filePath(QStringLiteral("jets.h5")), "jets");
        const auto site = [&](const char* name, const QByteArray& text) {
            write(
                m_folder.filePath(QStringLiteral("config/widthwise/sites/%1.yaml").arg(QLatin1String(name))),
                text);
        };
        site("far", "host: far.example.org\nfolder: /scratch/me\n");
        site("boxed", "container: apptainer exec image.sif\n");
        site("queue", "scheduler: slurm\nfolder: /scratch/me\n");
    }

    void eachProblemIsAtItsPlace_data()
    {
        QTest::addColumn<QByteArray>("trainer");
        QTest::addColumn<QByteArray>("space");
        QTest::addColumn<QByteArray>("search");
        QTest::addColumn<QByteArray>("expected");
        const QByteArray random = "{algorithm: random}";
        const auto row = [&](const char* title, const char* trainer, const char* space, const char* expected,
                             const QByteArray& search = {}) {
            QTest::newRow(title) << QByteArray(trainer) << QByteArray(space)
                                 << (search.isEmpty() ? random : search) << QByteArray(expected);
        };
        row("a sound file", "data: jets.h5", "{max_lr: [0.1]}", "");
        row("a model", "{data: jets.h5, model: gn3}", "{max_lr: [0.1]}",
            "4:35: trial.trainer.model: expected one of gn2 | mlp | deepsets | mlpf, perhaps gn2, got \"gn3\"");
        row("a slip", "{data: jets.h5, optimzier: adam}", "{max_lr: [0.1]}",
            "4:28: trial.trainer.optimzier: the trainer has no such setting (did you mean \"optimizer\"?)");
        row("nothing near", "{data: jets.h5, flux_capacitor: 1}", "{max_lr: [0.1]}",
            "4:28: trial.trainer.flux_capacitor: the trainer has no such setting: widthwise-trainer settings "
            "lists all");
        row("nothing", "{data: jets.h5, width: null}", "{max_lr: [0.1]}",
            "4:28: trial.trainer.width: expected a whole number, got null");
        row("a nested list", "{data: jets.h5, layers: [1, [2]]}", "{max_lr: [0.1]}",
            "4:36: trial.trainer.layers: expected a whole number, got [1,[2]]");
        row("a mapping", "{data: jets.h5, classes: {a: b}}", "{max_lr: [0.1]}",
            "4:37: trial.trainer.classes: expected a list, got {\"a\":\"b\"}");
        row("out of range", "{data: jets.h5, warmup_fraction: 1.5}", "{max_lr: [0.1]}",
            "4:45: trial.trainer.warmup_fraction: expected a number from 0 to 1, got 1.5");
        row("no batch", "{data: jets.h5, batch_size: 0}", "{max_lr: [0.1]}",
            "4:40: trial.trainer.batch_size: expected a number at least 1, got 0");
        row("two at once", "{data: jets.h5, width: 64, heads: 6}", "{max_lr: [0.1]}",
            "4:35: trial.trainer.width: heads 6 does not divide width 64 and base_width 64");
        row("only the other is written", "{data: jets.h5, heads: 6}", "{max_lr: [0.1]}",
            "4:35: trial.trainer.heads: heads 6 does not divide width 64 and base_width 64");
        row("no data", "{width: 64}", "{max_lr: [0.1]}",
            "4:3: trial.trainer: data is missing: name the HDF5 file with the jets (widthwise-trainer "
            "simulate "
            "makes one)");
        row("data of nothing", "{data: ''}", "{max_lr: [0.1]}",
            "4:13: trial.trainer.data: data is missing: name the HDF5 file with the jets (widthwise-trainer "
            "simulate makes one)");
        row("missing data", "{data: jts.h5}", "{max_lr: [0.1]}",
            "4:19: trial.trainer.data: there is no file @/jts.h5");
        row("missing absolute data", "{data: /nowhere/jets.h5}", "{max_lr: [0.1]}",
            "4:19: trial.trainer.data: there is no file /nowhere/jets.h5");
        row("a folder for data", "{data: folder.h5}", "{max_lr: [0.1]}",
            "4:19: trial.trainer.data: @/folder.h5 is a folder: name a file");
        row("missing norm_dict", "{data: jets.h5, norm_dict: n.yaml}", "{max_lr: [0.1]}",
            "4:39: trial.trainer.norm_dict: there is no file @/n.yaml");
        row("a parameter that is no setting", "data: jets.h5", "{max_rl: [0.1, 0.2]}",
            "5:9: space.max_rl: the trainer has no such setting (did you mean \"max_lr\"?)");
        row("a low end", "data: jets.h5", "{max_lr: {type: float, low: -1, high: 1}}",
            "5:36: space.max_lr.low: expected a number at least 0, got -1.0");
        row("a high end", "data: jets.h5", "{momentum: {type: float, low: 0.5, high: 2}}",
            "5:49: space.momentum.high: expected a number from 0 to 1, got 2.0");
        row("a choice", "data: jets.h5", "{optimizer: [adam, adamv]}",
            "5:27: space.optimizer: expected one of sgd | adam | adamw, perhaps adam, got \"adamv\"");
        row("a choice in a mapping", "data: jets.h5", "{optimizer: {type: categorical, values: [sdg, adam]}}",
            "5:49: space.optimizer.values: expected one of sgd | adam | adamw, perhaps sgd, got \"sdg\"");
        row("a fixed value", "data: jets.h5", "{width: {type: fixed, value: 0}, max_lr: [0.1]}",
            "5:37: space.width.value: expected a number at least 1, got 0");
        row("real numbers for whole ones", "data: jets.h5", "{threads: {type: float, low: 1, high: 9}}",
            "5:9: space.threads: trials may get 4.056: expected a whole number, got 4.056");
        row("whole numbers as real ones", "data: jets.h5",
            "{threads: {type: float, low: 1, high: 9, step: 1}}", "");
        row("a range of words", "data: jets.h5", "{model: {type: float, low: 1, high: 9}}",
            "5:35: space.model.low: expected one of gn2 | mlp | deepsets | mlpf, got 1.0\n"
            "5:44: space.model.high: expected one of gn2 | mlp | deepsets | mlpf, got 9.0");
        row("data among the choices", "width: 64", "{data: [jets.h5, jts.h5]}",
            "5:25: space.data: there is no file @/jts.h5");
        row("a width that no heads divide", "{data: jets.h5, heads: 8}", "{width: [32, 60, 64]}",
            "5:21: space.width: heads 8 does not divide width 60 and base_width 64");
        row("a width for some heads", "data: jets.h5", "{width: [32, 36, 64], heads: [4, 8]}", "");
        row("widths between", "{data: jets.h5, heads: 8}", "{width: {type: integer, low: 32, high: 64}}",
            "5:9: space.width: trials may get 33: heads 8 does not divide width 33 and base_width 64");
        row("widths between with a step", "{data: jets.h5, heads: 8}",
            "{width: {type: integer, low: 32, high: 64, step: 8}}", "");
        row("widths of a grid", "{data: jets.h5, heads: 8}", "{width: {type: integer, low: 32, high: 64}}",
            "", "{algorithm: grid, points: 3}");
        row("decay in Adam", "data: jets.h5", "{weight_decay: {type: float, low: 0, high: 0.1}}",
            "5:51: space.weight_decay.high: weight_decay needs optimizer adamw or sgd: inside Adam's "
            "normalisation its strength would depend on the width");
        row("decay in what is not Adam", "data: jets.h5",
            "{optimizer: [adam, adamw], weight_decay: {type: float, low: 0, high: 0.1, when: {optimizer: "
            "[adamw]}}}",
            "");
        row("a choice that rules itself out", "{data: jets.h5, weight_decay: 0.1}",
            "{optimizer: [adam, adamw]}",
            "5:21: space.optimizer: weight_decay needs optimizer adamw or sgd: inside Adam's normalisation "
            "its "
            "strength would depend on the width");
        row("what the space overrides", "{data: jets.h5, width: 60}", "{width: [32, 64]}", "");
        row("a list", "data: jets.h5",
            "{max_lr: {type: float, low: 0, high: 1}, width: {type: integer, low: 1, high: 99}}",
            "6:70: search.configurations: heads 8 does not divide width 60 and base_width 64",
            "{algorithm: list, configurations: [{max_lr: 0.1, width: 64}, {max_lr: 0.1, width: 60}]}");
        row("a list with a bad value", "data: jets.h5", "{momentum: {type: float, low: 0, high: 9}}",
            "6:72: search.configurations.momentum: momentum: expected a number from 0 to 1, got 5.0",
            "{algorithm: list, configurations: [{momentum: 0.1}, {momentum: 5}]}");
        row("what the file's own problems hide", "{data: jets.h5, width: 60}",
            "{width: {type: integer, low: 9}}", "5:16: space.width: the key high is missing");
    }

    void eachProblemIsAtItsPlace()
    {
        QFETCH(QByteArray, trainer);
        QFETCH(QByteArray, space);
        QFETCH(QByteArray, search);
        QFETCH(QByteArray, expected);
        const QByteArray folder = m_folder.path().toUtf8();
        QCOMPARE(problemsOf("local", trainer, space, search), expected.replace("@", folder));
    }

    void commandsHaveNoTrainersSettings()
    {
        const QByteArray yaml = "name: x\nobjective: {metric: loss}\ntrial: {command: 'train {flux}'}\n"
                                "space: {flux: [1, 2], max_rl: [1]}\nbudget: {trials: 1}\n";
        QVERIFY(
            checkExperimentFile(yaml.toStdString(), m_folder.path().toStdString()).reading.problems.empty());
    }

    void filesOnOtherMachinesAreNotJudged_data()
    {
        QTest::addColumn<QByteArray>("site");
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<bool>("isProblem");
        for (const char* site : {"far", "boxed", "queue"}) {
            QTest::addRow("%s, absolute", site) << QByteArray(site) << QByteArray("/data/jets.h5") << false;
            QTest::addRow("%s, above", site) << QByteArray(site) << QByteArray("../jets.h5") << false;
            QTest::addRow("%s, brought along", site) << QByteArray(site) << QByteArray("jts.h5") << true;
            QTest::addRow("%s, there", site) << QByteArray(site) << QByteArray("jets.h5") << false;
        }
        QTest::addRow("local, above") << QByteArray("local") << QByteArray("../jets.h5") << true;
    }

    void filesOnOtherMachinesAreNotJudged()
    {
        QFETCH(QByteArray, site);
        QFETCH(QByteArray, data);
        QFETCH(bool, isProblem);
        const QByteArray problems =
            problemsOf(site, "data: " + data, "{max_lr: [0.1]}", "{algorithm: random}");
        QCOMPARE(problems.isEmpty(), !isProblem);
    }

    void combinationsThatFailAreAWarning()
    {
        const auto check = checkExperimentFile(
            textOf("local", "data: jets.h5", "{width: [32, 36, 64], heads: [4, 8]}", "{algorithm: grid}")
                .toStdString(),
            m_folder.path().toStdString());
        QVERIFY(check.reading.problems.empty());
        QCOMPARE(
            check.warning,
            std::string("some configurations will fail: heads 8 does not divide width 36 and base_width 64"));
    }

    void manyParametersAreNoReasonToWait()
    {
        const QByteArray many =
            "{width: {type: integer, low: 1, high: 9999}, base_width: {type: integer, low: "
            "1, high: 9999}, heads: {type: integer, low: 1, high: 9999}}";
        QCOMPARE(problemsOf("local", "data: jets.h5", many, "{algorithm: random}"), QByteArray());
    }

private:
    static QByteArray textOf(const QByteArray& site, const QByteArray& trainer, const QByteArray& space,
                             const QByteArray& search)
    {
        const QByteArray settings = trainer.startsWith('{') ? trainer : "{" + trainer + "}";
        return "name: x\nobjective: {metric: loss}\ntrial:\n  trainer: " + settings + "\nspace: " + space +
               "\nsearch: " + search + "\nsite: " + site + "\nbudget: {trials: 3}\n";
    }

    QByteArray problemsOf(const QByteArray& site, const QByteArray& trainer, const QByteArray& space,
                          const QByteArray& search) const
    {
        QByteArrayList lines;
        const auto check = checkExperimentFile(textOf(site, trainer, space, search).toStdString(),
                                               m_folder.path().toStdString());
        for (const FileProblem& problem : check.reading.problems)
            lines.append(QByteArray::fromStdString(problem.toText({})));
        return lines.join('\n');
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestExperimentCheck)
#include "tst_experiment_check.moc"
