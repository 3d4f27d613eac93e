#include "release/isolation/isolation_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SurveyedRelease : public ::testing::Test {
 protected:
  SurveyedRelease() {
    app.name = "shop";
    app.file = "etc/apps/shop.json";
    app.root = folder.path();
    directory = folder.path() + "/releases/v1";
    folder.MakeFolder("releases/v1");
    environment.Set("PATH", "/usr/bin", "base");
  }

  Outcome<IsolationFindings> Find() const {
    return SurveyIsolation({app, directory, environment, {}});
  }
  std::vector<std::string> Kinds() const {
    std::vector<std::string> kinds;
    const auto snapshot = Find();
    for (const IsolationLayer& layer : snapshot->layers) kinds.emplace_back(NameOf(layer.kind));
    return kinds;
  }
  std::string ValueOf(std::string_view name) {
    IsolateEnvironment(Find()->layers, environment);
    const Variable* const variable = environment.Find(name);
    return variable == nullptr ? "(unset)" : variable->value;
  }

  TemporaryFolder folder;
  std::string directory;
  App app;
  Variables environment;
};

TEST_F(SurveyedRelease, HasNoIsolationByItself) { EXPECT_THAT(Kinds(), IsEmpty()); }

TEST_F(SurveyedRelease, MayHaveAllKindsAtOnce) {
  folder.Write("releases/v1/Gemfile", "");
  folder.Write("releases/v1/venv/pyvenv.cfg", "");
  folder.MakeFolder("releases/v1/node_modules/.bin");
  folder.MakeFolder("releases/v1/vendor/bin");
  folder.Write("releases/v1/composer.json", "{}");
  folder.MakeFolder("releases/v1/local/lib/perl5");
  folder.MakeFolder("releases/v1/local/bin");
  EXPECT_THAT(Kinds(), ElementsAre("bundler", "virtualenv", "node", "composer", "carton"));
  EXPECT_EQ(ValueOf("PATH"), directory + "/venv/bin:" + directory + "/node_modules/.bin:" +
                                 directory + "/vendor/bin:" + directory + "/local/bin:/usr/bin");
  app.isolation = {false, {IsolationKind::kNode, IsolationKind::kBundler}};
  EXPECT_THAT(Kinds(), ElementsAre("bundler", "node"));
  app.isolation = {false, {}};
  EXPECT_THAT(Kinds(), IsEmpty());
}

TEST_F(SurveyedRelease, AVendorBinIsComposersOnlyBesideItsFiles) {
  folder.MakeFolder("releases/v1/vendor/bin");
  EXPECT_THAT(Kinds(), IsEmpty());
  folder.Write("releases/v1/vendor/autoload.php", "");
  EXPECT_THAT(Kinds(), ElementsAre("composer"));
}

TEST_F(SurveyedRelease, PerlsLibrariesStandAheadOfConfiguredOnes) {
  folder.MakeFolder("releases/v1/local/lib/perl5");
  EXPECT_EQ(ValueOf("PERL5LIB"), directory + "/local/lib/perl5");
  environment.Set("PERL5LIB", "/opt/perl", "shared/.env:1");
  EXPECT_EQ(ValueOf("PERL5LIB"), directory + "/local/lib/perl5:/opt/perl");
  EXPECT_EQ(environment.Find("PERL5LIB")->source, "isolation (carton)");
  EXPECT_EQ(ValueOf("PATH"), "/usr/bin");
}

TEST_F(SurveyedRelease, WhatIsDemandedAndMissingIsSaid) {
  const auto demand = [&](IsolationKind kind) {
    app.isolation = {false, {kind}};
    const auto snapshot = Find();
    return snapshot ? "no error" : snapshot.error().message;
  };
  const auto expected = [&](const std::string& what, const std::string& kind) {
    return "shop: " + directory + " has no " + what + ", and etc/apps/shop.json asks for \"" +
           kind + "\"";
  };
  EXPECT_EQ(demand(IsolationKind::kVirtualenv),
            expected("virtualenv (a folder venv, .venv, env or virtualenv with a pyvenv.cfg)",
                     "virtualenv"));
  EXPECT_EQ(demand(IsolationKind::kNode), expected("node_modules/.bin", "node"));
  EXPECT_EQ(demand(IsolationKind::kComposer),
            expected("vendor/bin beside a composer.json", "composer"));
  EXPECT_EQ(demand(IsolationKind::kCarton), expected("local/lib/perl5", "carton"));
}

}  // namespace
}  // namespace release
