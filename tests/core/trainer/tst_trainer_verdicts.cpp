// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/settings_rules.h"
#include "core/search/random.h"
#include "core/site/experiment_check.h"
#include "core/trainer/engine/settings.h"
#include "core/trainer/error.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace widthwise;

namespace {

/// One setting after another, each with values of which some are good.
const std::vector<std::pair<QByteArray, QByteArrayList>>& settingsToTry()
{
    static const std::vector<std::pair<QByteArray, QByteArrayList>> all{
        {"model", {"\"gn2\"", "\"mlp\"", "\"gn3\""}},
        {"width", {"8", "12", "16", "0", "16.0", "2.5"}},
        {"base_width", {"8", "16", "20"}},
        {"heads", {"2", "3", "4", "\"4\""}},
        {"head_width", {"0", "4", "8", "-1"}},
        {"layers", {"0", "1", "null"}},
        {"optimizer", {"\"sgd\"", "\"adam\"", "\"adamw\"", "true"}},
        {"weight_decay", {"0", "0.1", "-0.1"}},
        {"cycle_beta1", {"true", "false", "1"}},
        {"schedule", {"\"cosine\"", "\"one-cycle\"", "\"onecycle\""}},
        {"warmup_fraction", {"0", "1", "1.01"}},
        {"origin_task", {"true", "false"}},
        {"steps", {"0", "1"}},
        {"epochs", {"1e400", "0.1", "0"}},
        {"validation_fraction", {"0", "0.2", "0.95"}},
        {"classes", {"[\"bjets\", \"cjets\"]", "[\"bjets\"]", "[\"bjets\", \"bjets\"]", "[]", "\"bjets\""}},
        {"class_weights", {"[1, 2]", "[1]", "[]", "[0, 0]", "[1, -1]"}},
        {"origin_weights", {"[]", "[1, 2]", "[1, 1, 1, 1, 1, 1, 1, 1]"}},
        {"track_variables", {"[\"d0\"]", "[]", "[\"d0\", \"d0\"]", "[[\"d0\"]]"}},
        {"ablate", {"[]", "[\"attention\"]", "[\"atention\"]"}},
        {"mlp_tracks", {"1", "41"}},
        {"batch_size", {"50", "0", "-1"}},
        {"optimzier", {"\"adam\""}},
    };
    return all;
}

/// About half of the settings, mostly with values that are good by themselves.
QByteArrayList someSettings(std::uint64_t number)
{
    QByteArrayList entries;
    std::uint64_t draw = 0;
    const auto below = [&](std::size_t bound) { return randomBits(7, number, draw++) % bound; };
    for (const auto& [key, values] : settingsToTry())
        if (below(4) == 0)
            entries.append('"' + key + "\": " + values[static_cast<qsizetype>(below(values.size()))]);
    return entries;
}

} // namespace

/// What is checked before a trial starts against what the trainer says when it starts.
class TestTrainerVerdicts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        const QString jets = m_folder.filePath(QStringLiteral("jets.h5"));
        QCOMPARE(call("widthwise-trainer", {QStringLiteral("simulate"), QStringLiteral("--jets=400"),
                                            QStringLiteral("--out"), jets}),
                 0);
    }

    void theProgramsAgree_data()
    {
        QTest::addColumn<QByteArray>("entries");
        QTest::newRow("sound") << QByteArray();
        for (const auto& [key, values] : settingsToTry())
            if (key != "data")
                QTest::newRow(key.constData())
                    << QByteArray("\"" + key + "\": " + (key == "batch_size" ? values[1] : values.back()));
        QTest::newRow("no data") << QByteArray("\"data\": \"\"");
        QTest::newRow("decay in Adam") << QByteArray("\"weight_decay\": 0.1, \"optimizer\": \"adam\"");
        QTest::newRow("decay in SGD") << QByteArray("\"weight_decay\": 0.1, \"optimizer\": \"sgd\"");
        QTest::newRow("heads") << QByteArray("\"heads\": 3");
        QTest::newRow("head width") << QByteArray("\"heads\": 3, \"head_width\": 8");
    }

    void theProgramsAgree()
    {
        QFETCH(QByteArray, entries);
        QJsonObject settings =
            QJsonDocument::fromJson(R"({"data": "jets.h5", "width": 16, "base_width": 16, "heads": 2,
            "layers": 1, "steps": 1, "batch_size": 50, "evaluate": false})")
                .object();
        const QJsonObject changes = QJsonDocument::fromJson("{" + entries + "}").object();
        for (auto change = changes.begin(); change != changes.end(); ++change)
            settings.insert(change.key(), change.value());
        const QByteArray json = QJsonDocument(settings).toJson(QJsonDocument::Compact);
        write("config.json", json);
        write("x.yaml", yamlOf(json, "max_lr: 0.01"));
        const int trained = call("widthwise-trainer", {QStringLiteral("train"), QStringLiteral("--config"),
                                                       m_folder.filePath(QStringLiteral("config.json"))});
        const QByteArray said = m_output;
        const int validated =
            call("widthwisectl", {QStringLiteral("validate"), m_folder.filePath(QStringLiteral("x.yaml"))});
        QVERIFY2((trained == 0 && validated == 0) || (trained == 2 && validated == 2),
                 QByteArray(said + "\n---\n" + m_output).constData());
    }

    /// The trainer's verdict comes from what the program calls first.
    void theFunctionsAgree()
    {
        int accepted = 0;
        for (std::uint64_t number = 0; number < 4000; ++number) {
            QByteArrayList entries = someSettings(number);
            const bool hasData = number % 16 != 0;
            const QByteArray data = hasData ? "\"data\": \"jets.h5\"" : "\"seed\": 1";
            const QByteArray json = "{" + (QByteArrayList{data} + entries).join(", ") + "}";
            const bool starts = trainerAccepts(json);
            accepted += starts ? 1 : 0;
            QVERIFY2(starts == isSound(yamlOf(json, "max_lr: 0.01")), json.constData());

            const qsizetype half = entries.size() / 2; // of them fixed in the space
            QByteArrayList space = entries.mid(half);
            space.removeIf(
                [](const QByteArray& entry) { return entry.contains('[') || entry.contains("null"); });
            QByteArrayList settings = entries;
            settings.removeIf([&](const QByteArray& entry) { return space.contains(entry); });
            const QByteArray rest = "{" + (QByteArrayList{data} + settings).join(", ") + "}";
            QVERIFY2(starts == isSound(yamlOf(rest, (space + QByteArrayList{"max_lr: 0.01"}).join(", "))),
                     json.constData());
        }
        QVERIFY2(accepted > 200 && accepted < 3800, qPrintable(QString::number(accepted)));
    }

private:
    static bool trainerAccepts(const QByteArray& json)
    {
        try {
            return trainer::dataRule().refusal(trainer::parseSettings(json.toStdString())).empty();
        } catch (const trainer::InputError&) {
            return false;
        }
    }

    bool isSound(const QByteArray& yaml) const
    {
        return checkExperimentFile(yaml.toStdString(), m_folder.path().toStdString())
            .reading.problems.empty();
    }

    static QByteArray yamlOf(const QByteArray& settings, const QByteArray& space)
    {
        return "name: x\nobjective: {metric: val/loss}\ntrial: {trainer: " + settings + "}\nspace: {" +
               space + "}\nbudget: {trials: 1}\n";
    }

    void write(const char* name, const QByteArray& text)
    {
        QFile file(m_folder.filePath(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }

    int call(const char* program, const QStringList& arguments)
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(qEnvironmentVariable("WIDTHWISE_BIN_DIR") + u'/' + QLatin1String(program), arguments);
        process.waitForFinished(-1);
        m_output = process.readAll();
        return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    }

    QTemporaryDir m_folder;
    QByteArray m_output;
};

QTEST_GUILESS_MAIN(TestTrainerVerdicts)
#include "tst_trainer_verdicts.moc"
