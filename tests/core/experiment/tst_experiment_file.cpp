// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "core/experiment/line_pattern.h"
#include "core/experiment/progress.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <random>

using namespace widthwise;

namespace {

/// Experiments with every field set to something, sound by construction.
class Generator {
public:
    explicit Generator(unsigned seed) : m_bits(seed) {}

    Experiment experiment()
    {
        Experiment e;
        e.name = oneOf({"gn2-lr", "true", "42", "a.b_c-9"});
        e.description = text();
        e.objective = {oneOf({"val/loss", "accuracy", "no", "a: b"}), Direction(below(2)),
                       ObjectiveValue(below(2)), maybe([&] { return real(); })};
        e.space = space();
        e.trial = trial();
        e.search = {oneOf({"random", "grid"}), {{"points", 1 + below(20)}}};
        if (e.search.algorithm == "random" && coin())
            e.search.warmStart = {oneOf({"*", "all", "gn2-lr", "2", "true"})};
        if (e.search.warmStart.size() == 1 && coin())
            e.search.warmStart.emplace_back("b");
        if (coin())
            e.search.earlier = {{"gn2-lr", below(9), 0.125, Configuration({{"x", 0.5}, {"y", text()}})},
                                {text(), 0, {}, Configuration()}};
        if (coin())
            e.search.command = oneOf({"python3 a.py", "sh -c 'a | b' \\# \"x: y\"", "a\n  b"});
        e.schedule = {oneOf({"none", "median"}),
                      {{"grace_steps", below(1000)}, {"min_trials", 1 + below(9)}}};
        if (below(3) == 0)
            e.schedule = {"asha", {{"min_steps", 1 + below(9)}, {"max_steps", 10 + below(9)}, {"eta", 2.5}}};
        if (e.schedule.type == "asha" && std::holds_alternative<BundledTrainer>(e.trial.program))
            e.fidelity = Fidelity{"width", {32, 64 + 8 * below(9), 256}};
        e.site = oneOf({"local", "juwels", "login node", "1"});
        e.resources = {1 + below(9), 1 + below(99), below(9), 1 + below(3), maybe([&] { return seconds(); })};
        e.budget = {1 + below(1000), below(9), maybe([&] { return seconds(); }),
                    maybe([&] { return 1 + std::fabs(real()); })};
        e.seed = m_bits();
        return e;
    }

private:
    int below(int n) { return static_cast<int>(m_bits() % static_cast<unsigned>(n)); }
    bool coin() { return below(2) == 0; }
    template <typename Make>
    auto maybe(Make make) -> std::optional<decltype(make())>
    {
        return coin() ? std::optional(make()) : std::nullopt;
    }
    std::string oneOf(std::initializer_list<const char*> texts)
    {
        return texts.begin()[below(int(texts.size()))];
    }

    std::string text()
    {
        return oneOf({"",
                      "plain words",
                      "it's \"quoted\"",
                      "a: b # c",
                      " leading",
                      "trailing ",
                      "null",
                      "yes",
                      "1e-5",
                      "-",
                      "- x",
                      "[a, b]",
                      "{a}",
                      "%x",
                      "@x",
                      "\ttab",
                      "two\nlines",
                      "two\nlines\n",
                      "blank\n\nlines\n",
                      "a\n  b\nc",
                      "many\n\n\n",
                      "\nfirst",
                      "\u00b5P \u2192 \U0001F600",
                      "back\\slash\x01",
                      "*x",
                      "&x",
                      "!x",
                      "a #b",
                      "k:",
                      "\"",
                      "'",
                      "|",
                      ">",
                      "x  y",
                      "a,b",
                      "~",
                      "0x1F",
                      ".5",
                      "a\r\nb",
                      "end \nx"});
    }

    double real() { return std::ldexp(double(std::int64_t(m_bits())) / 3, -int(m_bits() % 130)); }
    Seconds seconds() { return Seconds(coin() ? 1 + below(1000000) : (1 + below(1000)) / 8.0); }

    Value value()
    {
        switch (below(4)) {
        case 0:
            return coin();
        case 1:
            return std::int64_t(m_bits());
        case 2:
            return coin() ? real() : double(below(100));
        default:
            return text();
        }
    }

    Domain domain()
    {
        const double a = real(), b = real();
        const std::int64_t i = below(1000), j = 1000 + below(1000);
        switch (below(6)) {
        case 0:
            return FloatRange{std::min(a, b), std::max(a, b), Scale::Linear, {}};
        case 1:
            return FloatRange{1e-9 * (1 + below(9)), 1e9 + below(9), Scale::Log, {}};
        case 2:
            return FloatRange{double(i), double(j), Scale::Linear, 0.25};
        case 3:
            return IntegerRange{1 + i, j, coin() ? Scale::Log : Scale::Linear, {}};
        case 4:
            return IntegerRange{-i, j, Scale::Linear, maybe([&] { return std::int64_t(1 + below(50)); })};
        default:
            return FixedValue{value()};
        }
    }

    SearchSpace space()
    {
        std::vector<Parameter> parameters;
        parameters.push_back({"optimizer",
                              Choices{{Value(std::string("adam")), Value(std::string("on")), Value(true)}},
                              {},
                              text()});
        for (int i = below(6); i >= 0; --i) {
            Parameter parameter{
                oneOf({"lr", "null", "a/b.c-d", "y", "width"}) + std::to_string(i), domain(), {}, text()};
            if (coin())
                parameter.when = Condition{"optimizer", {Value(std::string("on")), Value(true)}};
            parameters.push_back(std::move(parameter));
        }
        return SearchSpace(std::move(parameters));
    }

    TrialTemplate trial()
    {
        TrialTemplate trial;
        if (coin()) {
            trial.program = BundledTrainer{
                R"({"model":"gn2","width":32,"dropout":0.0,"rate":1e-05,"on":true,"none":null,"nested":{"a":[1,2.5,"x: y"],"b":{}},"1":"2"})"};
        } else {
            trial.program =
                CommandTemplate{oneOf({"python train.py --x={optimizer}", "sh -c 'a; b' {{x}} {trial_dir}",
                                       "set -e\npython a.py\n  indented\n", "echo \"x: y\" # {trial}"})};
            if (coin())
                trial.collector = StdoutCollector{R"((\w+)=([-+.\deE]+)(?: at (\d+))?)"};
            else if (coin())
                trial.collector = CsvCollector{"logs/metrics.csv"};
            else if (coin())
                trial.collector = TextCollector{oneOf({R"((?<name>\w+)=(?<value>\S+))", defaultLinePattern}),
                                                "logs/version_*/log"};
        }
        if (coin())
            trial.environment = {{"A", text()}, {"B_2", "1"}, {"_c", "true"}};
        return trial;
    }

    std::mt19937_64 m_bits;
};

} // namespace

class TestExperimentFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFieldIsKept()
    {
        for (unsigned seed = 0; seed < 2000; ++seed) {
            const Experiment experiment = Generator(seed).experiment();
            const std::string yaml = toYaml(experiment);
            try {
                QVERIFY2(parseExperiment(yaml) == experiment, yaml.c_str());
            } catch (const ExperimentFileError& error) {
                QFAIL((yaml + "\n" + error.what()).c_str());
            }
        }
    }

    void aShortFileHasDefaults()
    {
        const Experiment experiment = parseExperiment("name: short\n"
                                                      "objective: {metric: loss}\n"
                                                      "trial: {command: 'train --lr={lr}'}\n"
                                                      "space:\n"
                                                      "  lr: {type: float, low: 1e-4, high: 1, scale: log}\n"
                                                      "  width: [32, 64]\n"
                                                      "  batch_size: 100\n"
                                                      "budget: {trials: 4}\n");
        Experiment expected;
        expected.name = "short";
        expected.objective.metric = "loss";
        expected.trial.program = CommandTemplate{"train --lr={lr}"};
        expected.space =
            SearchSpace({{"lr", FloatRange{1e-4, 1, Scale::Log, {}}, {}, {}},
                         {"width", Choices{{Value(std::int64_t(32)), Value(std::int64_t(64))}}, {}, {}},
                         {"batch_size", FixedValue{Value(std::int64_t(100))}, {}, {}}});
        expected.budget.trials = 4;
        QVERIFY(experiment == expected);
    }

    void listedConfigurationsSurviveTheFile()
    {
        Experiment experiment =
            parseExperiment("name: x\nobjective: {metric: loss}\ntrial: {command: x}\n"
                            "space: {lr: {type: float, low: 0, high: 2}, width: 64}\n"
                            "search: {algorithm: list, configurations: [{lr: 0.5}, {lr: 1, width: 64}]}\n");
        QCOMPARE(experiment.search.configurations,
                 (std::vector{configurationFromJson(R"({"lr":0.5})"),
                              configurationFromJson(R"({"lr":1,"width":64})")}));
        QVERIFY(parseExperiment(toYaml(experiment)) == experiment);
    }

    void conditionsTakeTheTypeOfTheirParameter()
    {
        const Experiment experiment =
            parseExperiment("name: x\nobjective: {metric: loss}\ntrial: {command: x}\nbudget: {trials: 1}\n"
                            "space:\n  a: {type: float, low: 0, high: 2, step: 1}\n  b: {type: fixed, value: "
                            "1, when: {a: 1}}\n");
        QCOMPARE(experiment.space.find("b")->when->values, std::vector<Value>{1.0});
    }

    void anchorsAreUnderstood()
    {
        const Experiment experiment =
            parseExperiment("name: x\nobjective: {metric: loss}\ntrial: {trainer: {a: &n [1, 2], b: *n}}\n"
                            "space: {}\nbudget: {trials: 1}\n");
        QCOMPARE(std::get<BundledTrainer>(experiment.trial.program).settings,
                 std::string(R"({"a":[1,2],"b":[1,2]})"));
    }

    void theExamplesAreSound()
    {
        const std::string example = readTextFile(WIDTHWISE_SOURCE_DIR "/resources/examples/gn2-lr.yaml");
        const Experiment experiment = parseExperiment(example);
        QCOMPARE(experiment.name, std::string("gn2-lr"));
        QCOMPARE(experiment.space.varied().size(), std::size_t(3));
        QCOMPARE(withSpace(example, experiment.space), example);
        const Experiment sweep =
            parseExperiment(readTextFile(WIDTHWISE_SOURCE_DIR "/resources/examples/gn2-width-sweep.yaml"));
        QCOMPARE(plannedTrials(sweep), std::optional<std::int64_t>(3 * 4 * 9 * 2));
        const Experiment external =
            parseExperiment(readTextFile(WIDTHWISE_SOURCE_DIR "/resources/examples/gn2-lr-optuna.yaml"));
        QCOMPARE(external.space, experiment.space);
        QCOMPARE(external.trial, experiment.trial);
        QCOMPARE(external.search.command, std::string("/usr/bin/python3 optuna_sampler.py"));
        QVERIFY(parseExperiment(toYaml(external)) == external);
    }

    void theExampleOfTheReadmeIsSound()
    {
        const std::string readme = readTextFile(WIDTHWISE_SOURCE_DIR "/README.md");
        const std::string fence = "```yaml\n";
        const std::size_t first = readme.find(fence) + fence.size();
        const Experiment experiment =
            parseExperiment(readme.substr(first, readme.find("```", first) - first));
        QCOMPARE(experiment.space.parameters().size(), std::size_t(6));
        QCOMPARE(experiment.resources.parallel, 2);
    }

    void filesThatCannotBeReadAreNamed()
    {
        for (const char* path : {"/nowhere/x.yaml", "/"})
            try {
                readTextFile(path);
                QFAIL("read");
            } catch (const ExperimentFileError& error) {
                QVERIFY2(QByteArray(error.what()).startsWith(QByteArray("cannot read ").append(path)),
                         error.what());
            }
    }
};

QTEST_GUILESS_MAIN(TestExperimentFile)
#include "tst_experiment_file.moc"
