// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/settings.h"
#include "core/trainer/families/jets/jet_scores.h"

#include "core/analysis/discriminants.h"
#include "core/trainer/data/compound_dataset.h"
#include "core/trainer/engine/training.h"
#include "core/trainer/error.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/jets/salt_files.h"
#include "core/trainer/families/registry.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <sstream>

using namespace widthwise;
using namespace widthwise::trainer;

namespace {

/// Rows of a dataset `jets` as a reader of the scores sees them.
class Table {
public:
    explicit Table(const std::string& path) : m_file(openHdf5(path)), m_jets(m_file.get(), path, "jets")
    {
        m_jets.read(0, m_jets.rows(), m_bytes);
    }

    std::size_t rows() const { return m_jets.rows(); }
    bool has(const std::string& field) const { return m_jets.has(field); }
    std::vector<std::string> flavours() const { return m_jets.textAttribute("flavour_label"); }
    double operator()(const std::string& field, std::size_t row) const
    {
        return m_jets.field(field)(&m_bytes[row * m_jets.stride()]);
    }

private:
    Hdf5Handle m_file;
    CompoundDataset m_jets;
    std::vector<std::byte> m_bytes;
};

} // namespace

/// One model, trained for about a second, on jets of the toy simulation.
class TestEvaluation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        writeSimulation({.path = path("jets.h5"), .jets = 10000, .seed = 3});
        m_settings = parseSettings(R"({"data": "jets.h5", "classes": ["bjets", "cjets", "ujets"],
            "width": 32, "base_width": 32, "heads": 4, "layers": 2, "max_lr": 0.005, "batch_size": 100,
            "epochs": 2, "validation_fraction": 0.4, "evaluate": true})");
        std::ostringstream ignored;
        const TrainRequest request{
            m_settings, m_folder.path().toStdString(), m_folder.path().toStdString(), {}};
        QVERIFY(train(familyOf(m_settings), request, ignored, ignored) == Outcome::Completed);
        m_scores = evaluated(ofValidation());
    }

    /// Chance rejects 1/0.7 of each.
    void separatesFlavoursFarBetterThanChance()
    {
        constexpr double chance = 1 / 0.7;
        const TaggerPerformance performance(m_scores.probabilities, m_scores.labels, 0,
                                            flavourFractions(m_scores.classes, "bjets"));
        const Measured c = performance.rejection(0.7, 1);
        const Measured light = performance.rejection(0.7, 2);
        const QString text = QStringLiteral("c %1 ± %2, light %3 ± %4")
                                 .arg(c.value)
                                 .arg(c.error)
                                 .arg(light.value)
                                 .arg(light.error);
        QVERIFY2(c.value - chance > 5 * c.error && c.value > 3, qPrintable(text));
        QVERIFY2(light.value - chance > 5 * light.error && light.value > 15, qPrintable(text));
    }

    void evaluatesTheValidationJetsOfTheTraining()
    {
        QFile file(m_folder.filePath(QStringLiteral("metrics.jsonl")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray last = file.readAll().trimmed().split('\n').last();
        const QJsonObject metrics =
            QJsonDocument::fromJson(last).object().value(QStringLiteral("metrics")).toObject();
        const auto matrix = confusionMatrix(m_scores.probabilities, m_scores.labels, 3);
        const auto correct = static_cast<double>(matrix[0][0] + matrix[1][1] + matrix[2][2]);
        QCOMPARE(correct / static_cast<double>(m_scores.labels.size()),
                 metrics.value(QStringLiteral("val/accuracy")).toDouble());
        const Metrics expected = headlines(m_scores);
        QCOMPARE(expected.size(), std::size_t{2});
        for (const auto& [name, value] : expected) {
            QCOMPARE(metrics.value(QString::fromStdString(name)).toDouble(), value);
        }
    }

    void leavesTheWeightsOfItsClasses()
    {
        const std::vector<double> weights =
            readClassDict(path("class_dict.yaml"), "jets", "flavour_label", 4);
        QCOMPARE(weights[2], 1.0);
        QVERIFY(weights[0] > 1.6 && weights[0] < 2); // 25 % b and 45 % light jets
        QCOMPARE(weights[3], 0.0);
    }

    void writesScoresForPuma()
    {
        EvaluationRequest request = ofValidation();
        request.data = path("jets.h5");
        const ScoreFile file{.path = path("scores.h5"), .name = "small"};
        const JetScores scores = evaluated(request, file);

        const Table source(request.data);
        const Table table(file.path);
        QCOMPARE(table.rows(), scores.labels.size());
        QVERIFY(table.rows() < source.rows()); // τ jets are left out
        QVERIFY(table.flavours() == source.flavours());
        QVERIFY(!table.has("small_ptau"));
        std::size_t from = 0;
        for (std::size_t jet = 0; jet < table.rows(); ++jet, ++from) {
            while (source("flavour_label", from) == 3) {
                ++from;
            }
            for (const char* field : {"pt_btagJes", "eta_btagJes", "HadronConeExclTruthLabelID",
                                      "flavour_label", "eventNumber"}) {
                QCOMPARE(table(field, jet), source(field, from));
            }
            QCOMPARE(table("pt", jet), source("pt_btagJes", from));
            QCOMPARE(table("eta", jet), source("eta_btagJes", from));
            QCOMPARE(table("flavour_label", jet), static_cast<double>(scores.labels[jet]));
            double sum = 0;
            for (const auto& [place, name] :
                 {std::pair(0, "small_pb"), std::pair(1, "small_pc"), std::pair(2, "small_pu")}) {
                const float p = scores.probabilities[3 * jet + static_cast<std::size_t>(place)];
                QCOMPARE(table(name, jet), static_cast<double>(p));
                sum += static_cast<double>(p);
            }
            QVERIFY(std::abs(sum - 1) < 1e-6);
        }
    }

    void writesNoHalfFile()
    {
        EvaluationRequest request = ofValidation();
        QVERIFY_EXCEPTION_THROWN(evaluated(request, {.path = "/nowhere/scores.h5", .name = "GN2"}),
                                 InputError);
        request.trialDirectory = path("gone");
        QVERIFY_EXCEPTION_THROWN(evaluated(request, {.path = path("half.h5"), .name = "GN2"}), InputError);
        QVERIFY(QDir(m_folder.path()).entryList({QStringLiteral("half*")}).isEmpty());
    }

    void refusesACheckpointOfAnotherModel()
    {
        EvaluationRequest request = ofValidation();
        request.settings.width = 64;
        try {
            evaluated(request);
            QFAIL("nothing thrown");
        } catch (const InputError& error) {
            QCOMPARE(std::string(error.what()),
                     request.checkpoint +
                         ": the checkpoint is of another model: its tensor initial.1.weight is "
                         "32 × 256, and these settings ask for 64 × 256");
        }
        request = ofValidation();
        request.checkpoint = path("gone.pt");
        QVERIFY_EXCEPTION_THROWN(evaluated(request), InputError);
    }

private:
    std::string path(const char* name) const { return m_folder.filePath(QLatin1String(name)).toStdString(); }
    EvaluationRequest ofValidation() const
    {
        return {.settings = m_settings,
                .dataDirectory = m_folder.path().toStdString(),
                .trialDirectory = m_folder.path().toStdString(),
                .checkpoint = path("checkpoint.pt"),
                .data = {}};
    }
    static JetScores evaluated(const EvaluationRequest& request, const ScoreFile& file = {})
    {
        std::ostringstream ignored;
        return scoresOf(familyOf(request.settings), request, file, ignored);
    }

    QTemporaryDir m_folder;
    Settings m_settings;
    JetScores m_scores;
};

QTEST_GUILESS_MAIN(TestEvaluation)
#include "tst_evaluation.moc"
