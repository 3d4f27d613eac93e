# The player of `oneoff replay --html`: npm's asciinema-player, fetched once for a build folder and a lock file,
# becomes part of the oneoff command. Without npm, or without its registry, there is a build without a player.
option(ONEOFF_PLAYER "Fetch the player of `oneoff replay --html` with npm, where npm is there" ON)
set(PLAYER_SOURCE ${CMAKE_SOURCE_DIR}/gateway/record/player)
set(PLAYER_FOLDER ${CMAKE_BINARY_DIR}/player)
set(PLAYER_PACKAGE ${PLAYER_FOLDER}/node_modules/asciinema-player)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PLAYER_SOURCE}/package.json
             ${PLAYER_SOURCE}/package-lock.json)
file(SHA256 ${PLAYER_SOURCE}/package-lock.json PLAYER_LOCK)
set(PLAYER_FETCHED ${PLAYER_FOLDER}/fetched-${PLAYER_LOCK})

find_program(NPM npm)
if(ONEOFF_PLAYER AND NPM AND NOT EXISTS ${PLAYER_FETCHED})
  file(REMOVE_RECURSE ${PLAYER_FOLDER})
  file(COPY ${PLAYER_SOURCE}/package.json ${PLAYER_SOURCE}/package-lock.json DESTINATION ${PLAYER_FOLDER})
  execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --fetch-retries=1
                  WORKING_DIRECTORY ${PLAYER_FOLDER} TIMEOUT 120
                  RESULT_VARIABLE PLAYER_STATUS OUTPUT_VARIABLE PLAYER_SAID ERROR_VARIABLE PLAYER_SAID)
  if(PLAYER_STATUS EQUAL 0)
    file(TOUCH ${PLAYER_FETCHED})
  else()
    message(WARNING "oneoff replay --html will have no player: npm ci (${PLAYER_STATUS}): ${PLAYER_SAID}")
  endif()
endif()

foreach(part VERSION SCRIPT STYLE LICENSES)
  set(PLAYER_${part} "")
endforeach()
if(ONEOFF_PLAYER AND EXISTS ${PLAYER_FETCHED})
  file(READ ${PLAYER_PACKAGE}/package.json PLAYER_JSON)
  string(JSON PLAYER_VERSION GET "${PLAYER_JSON}" version)
  file(READ ${PLAYER_PACKAGE}/dist/bundle/asciinema-player.min.js PLAYER_SCRIPT)
  file(READ ${PLAYER_PACKAGE}/dist/bundle/asciinema-player.css PLAYER_STYLE)
  if("${PLAYER_SCRIPT}" MATCHES "</script|<!--" OR "${PLAYER_STYLE}" MATCHES "</style")
    message(FATAL_ERROR "asciinema-player ${PLAYER_VERSION} cannot stand in a page as it is")
  endif()
  file(READ ${PLAYER_PACKAGE}/LICENSE PLAYER_LICENSE)
  # Its script has Solid in it.
  file(READ ${PLAYER_FOLDER}/node_modules/solid-js/LICENSE PLAYER_SOLID_LICENSE)
  set(PLAYER_LICENSES "asciinema player, © Marcin Kulik\n\n${PLAYER_LICENSE}\n\nSolid\n\n${PLAYER_SOLID_LICENSE}")
endif()
configure_file(${PLAYER_SOURCE}/player.cc.in ${PLAYER_FOLDER}/player.cc @ONLY)
target_sources(gateway_record PRIVATE ${PLAYER_FOLDER}/player.cc)
set_source_files_properties(${PLAYER_FOLDER}/player.cc PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
